import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import { planFix } from '../../src/plan/fix.ts';
import type { Plan } from '../../src/plan/step.ts';
import { asleep, missed, onDisks, rebooted, withDocker } from './activation-hosts.ts';
import { typedHost } from './adoption-hosts.ts';
import { dockerFacts } from './docker-hosts.ts';
import { carryOut, cutOff, ready, walk } from './docker-runs.ts';
import { PROFILE_TEMPLATE } from './hosts.ts';

const fix = (host: Host) => planFix(host, { profileTemplate: PROFILE_TEMPLATE });
const plan = (host: Host): Plan => ready(fix(host));
const ids = (host: Host): string[] => plan(host).steps.map(({ id }) => id.replace(/:.*/, ''));
const ours = { pool: { tags: ['dmtool', 'dmtool_adopted'], monitor: 'not monitored' } };

test('what a pool of ours lacks is mended; one of somebody else’s is left alone', (t) => {
  t.deepEqual(ids(typedHost(ours)), ['profile', 'adopt', 'monitor', 'refresh']);
  const mended = carryOut(typedHost(ours), plan(typedHost(ours)));
  t.deepEqual(plan(mended).steps, []);
  t.deepEqual(ids(typedHost()), []);
  // Docker is to use it, so it comes back; that makes it nobody else's.
  const config = { ...dockerFacts().config, content: '{"storage-opts": ["dm.thinpooldev=docker-thinpool"]}' };
  const docker = dockerFacts({ config });
  t.deepEqual(ids({ ...typedHost(), docker }), []);
  t.deepEqual(ids({ ...asleep(typedHost()), docker }), ['activate']);
});

test('a pool that is not active has its profile before it comes back, and its mark with its first table', (t) => {
  const gone = asleep(typedHost({ ...ours, pool: { ...ours.pool, monitor: '' } }));
  t.deepEqual(ids(gone), ['profile', 'adopt', 'activate', 'monitor', 'refresh']);
  const back = carryOut(gone, plan(gone));
  t.deepEqual(plan(back).steps, []);
  t.is(back.thinPools[0]?.table?.lowWaterMarkBlocks, 1520n);
  t.deepEqual(ids(withDocker(gone, [missed])).slice(-2), ['start-docker', 'await-docker']);
});

test('wherever a repair was cut off, the next one ends where it would have ended, and closes its record', (t) => {
  for (const host of [typedHost(ours), asleep(typedHost(ours))]) {
    const first = plan(host);
    const end = carryOut(host, first);
    for (const cut of walk(host, first.steps)) {
      const next = plan(cutOff(cut, first));
      t.true(next.steps.length > 0);
      t.deepEqual(carryOut(cutOff(cut, first), next).volumeGroups, end.volumeGroups);
      t.deepEqual(carryOut(cutOff(cut, first), next).ownership, []);
    }
  }
  const lost = rebooted([]);
  const nothing = cutOff(lost, plan(lost));
  t.deepEqual(ids(nothing), ['look']);
});

test('pools without LVM that dmtool wrote down come back too', (t) => {
  t.deepEqual(ids(rebooted([onDisks])).length, 1);
});

test('a pool that can not be helped is left alone with a word, and keeps no other from it', (t) => {
  const words = (host: Host): string => plan(host).warnings.join('; ');
  t.regex(
    words(typedHost({ ...ours, status: { needsCheck: true } })),
    /^docker\/thinpool is left alone: its metadata need a check/,
  );
  t.regex(
    words(typedHost({ ...ours, kernel: { suspended: true } })),
    /^docker\/thinpool is left alone: it is suspended.*dmsetup resume docker-thinpool$/,
  );
  t.regex(words(typedHost({ ...ours, kernel: { status: { state: 'fail', text: 'Fail' } } })), /has failed/);
  const sick = typedHost({ ...ours, status: { needsCheck: true } });
  const both = {
    ...rebooted([onDisks]),
    volumeGroups: sick.volumeGroups,
    thinPools: sick.thinPools,
    files: sick.files,
  };
  t.deepEqual(ids(both).length, 1);
});

test('nothing is mended by anybody but root, or without a program that it takes', (t) => {
  const codes = (host: Host): string[] => {
    const planned = fix(host);
    return planned.kind === 'refused' ? planned.refusals.map(({ code }) => code) : [];
  };
  t.deepEqual(codes({ ...typedHost(), isRoot: false }), ['not-root']);
  const programs = typedHost().programs.filter((name) => name !== 'losetup');
  t.deepEqual(codes({ ...typedHost(), programs }), ['missing-program']);
});
