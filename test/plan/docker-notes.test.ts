import test from 'ava';
import { planSetupWithDocker } from '../../src/plan/setup-docker.ts';
import { GIB } from '../../src/units/quantity.ts';
import { dockerWish, withDocker } from './docker-hosts.ts';
import { carryOut, ready, setupPlan } from './docker-runs.ts';
import { blankHost, disk, wish } from './hosts.ts';

test('teardown is promised to bring back only options that were there before dmtool came', (t) => {
  const config = '{"storage-driver": "overlay2", "storage-opts": ["overlay2.override_kernel_check=true"]}\n';
  const intent = wish();
  const first = {
    host: withDocker(blankHost([disk('/dev/xvdf', 10n * GIB)]), { tree: {}, config }),
    intent,
    docker: dockerWish({ storageOptions: [{ name: 'dm.basesize', value: '20G' }] }),
  };
  const made = setupPlan(first);
  const lines = (plan: typeof made): string[] => plan.notes.flatMap((note) => note.lines);
  t.true(lines(made).includes('taken out: overlay2.override_kernel_check=true (teardown puts it back)'));
  const larger = dockerWish({ storageOptions: [{ name: 'dm.basesize', value: '25G' }] });
  const again = ready(planSetupWithDocker(carryOut(first.host, made), intent, larger));
  t.true(lines(again).includes('taken out: dm.basesize=20G'));
});
