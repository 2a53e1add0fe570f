import test from 'ava';
import { planSetupWithDocker } from '../../src/plan/setup-docker.ts';
import { GIB } from '../../src/units/quantity.ts';
import { dockerWish, withDocker } from './docker-hosts.ts';
import { carryOut, setupPlan } from './docker-runs.ts';
import { blankHost, disk, wish } from './hosts.ts';

test('another filesystem than the base device has is refused: Docker would start, and not heed it', (t) => {
  const asking = (value: string) => dockerWish({ storageOptions: [{ name: 'dm.fs', value }] });
  const host = withDocker(blankHost([disk('/dev/xvdf', 10n * GIB)]), { tree: {} });
  const intent = wish();
  const after = carryOut(host, setupPlan({ host, intent, docker: asking('ext4') }));
  const other = planSetupWithDocker(after, intent, asking('xfs'));
  t.like(other, { kind: 'refused' });
  t.deepEqual(other.kind === 'refused' && other.refusals.map(({ code }) => code), ['pool-differs']);
  t.like(planSetupWithDocker(after, intent, asking('ext4')), { kind: 'ready', plan: { steps: [] } });
});
