import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import type { SetupIntent } from '../../src/model/intent.ts';
import { planSetup } from '../../src/plan/setup.ts';
import type { Plan, Step } from '../../src/plan/step.ts';
import { lvchangeDeactivate } from '../../src/tools/lvm-commands.ts';
import { bytes, extents, GIB } from '../../src/units/quantity.ts';
import { blankHost, disk, freeSpaceWish, logicalVolume, thinPool, volumeGroup, wish, writtenDisk } from './hosts.ts';
import { perform, play } from './simulate.ts';

function plan(host: Host, intent: SetupIntent = wish()): Plan {
  const planned = planSetup(host, intent);
  if (planned.kind === 'refused') throw new Error(planned.refusals.map(({ reason }) => reason).join('; '));
  return planned.plan;
}
const ids = (...args: Parameters<typeof plan>): string[] => plan(...args).steps.map(({ id }) => id);
const one = blankHost([disk('/dev/sdb', GIB)]);

const pooling = ['lvcreate:thinpool', 'lvcreate:thinpoolmeta', 'lvconvert'];
const caring = ['profile', 'activate', 'monitor', 'refresh'];

test('a blank disk takes the documented steps, in their order', (t) => {
  t.deepEqual(ids(one), ['pvcreate:/dev/sdb', 'vgcreate', ...pooling, ...caring]);
});

test('a VG that exists is left alone: only the pool is made in it', (t) => {
  const host = blankHost([], { volumeGroups: [volumeGroup('system')] });
  t.deepEqual(ids(host, freeSpaceWish()), [...pooling, ...caring]);
  t.false(plan(host, freeSpaceWish()).owns.pool?.makesVg);
});

test('what a conversion that was cut off leaves goes by the name that LVM gives it there, unless it was there before', (t) => {
  const removed = (...names: readonly string[]): string[] => {
    const logicalVolumes = names.map((name) => logicalVolume(name, 1n));
    const host = blankHost([], { volumeGroups: [volumeGroup('system', { logicalVolumes })] });
    const { undo } = plan(host, freeSpaceWish()).steps.find(({ id }) => id === 'lvconvert') as Step;
    return undo.map((each) => (each.do.kind === 'exec' ? (each.do.argv.at(-1) ?? '') : ''));
  };
  t.deepEqual(removed('lvol3'), ['system/thinpool', 'system/lvol4_pmspare']);
  t.deepEqual(removed('lvol7_pmspare'), ['system/thinpool']);
});

test('a disk with something on it is wiped first, at both ends, and only that one', (t) => {
  const host = blankHost([disk('/dev/sdb', GIB), writtenDisk('/dev/sdc', GIB)]);
  t.deepEqual(ids(host, wish({ wipe: true })).slice(0, 6), [
    'wipefs:/dev/sdc',
    'zero-start:/dev/sdc',
    'zero-end:/dev/sdc',
    'pvcreate:/dev/sdb',
    'pvcreate:/dev/sdc',
    'vgcreate',
  ]);
  const zeroEnd = plan(host, wish({ wipe: true })).steps[2]?.do;
  t.true(zeroEnd?.kind === 'exec' && zeroEnd.argv.includes(`seek=${GIB - 2n ** 20n}`));
});

test('everything that is lost is told: what a disk carries, and that it becomes a PV', (t) => {
  const { steps } = plan(blankHost([writtenDisk('/dev/sdb', GIB)]), wish({ wipe: true }));
  t.deepEqual(
    steps.flatMap(({ destroys }) => destroys ?? []),
    ['everything on /dev/sdb (1 GiB): it carries ext4 "old"', '/dev/sdb (1 GiB) becomes an LVM physical volume'],
  );
});

test('two disks become one VG', (t) => {
  const { steps, owns } = plan(blankHost([disk('/dev/sdb', GIB), disk('/dev/sdc', GIB)]));
  const vgcreate = steps.find(({ id }) => id === 'vgcreate')?.do;
  t.deepEqual(vgcreate?.kind === 'exec' && vgcreate.argv.slice(-3), ['docker', '/dev/sdb', '/dev/sdc']);
  t.deepEqual(
    owns.pool?.devices.map(({ path, pvUuid }) => [path, pvUuid]),
    [
      ['/dev/sdb', 'uuid-0'],
      ['/dev/sdc', 'uuid-1'],
    ],
  );
});

test('with a threshold of 100 no low water mark is waited for', (t) => {
  t.deepEqual(ids(one, wish({ autoextendThreshold: 100 })).slice(-3), ['profile', 'activate', 'monitor']);
});

test('the last step is done only when the kernel runs the pool in health', (t) => {
  for (const intent of [wish(), wish({ autoextendThreshold: 100 })]) {
    const last = plan(one, intent).steps.at(-1);
    t.deepEqual(last?.expect.at(-1), { is: 'pool-healthy', vg: 'docker', pool: 'thinpool' });
  }
});

test('a pool of ours that is not active is activated first, and put back when that fails', (t) => {
  const done = play(one, plan(one).steps);
  const asleep = perform(done, { kind: 'exec', argv: lvchangeDeactivate('docker', 'thinpool') });
  const { steps } = plan(asleep);
  t.is(steps[0]?.id, 'activate');
  t.deepEqual(
    steps[0]?.undo.map(({ do: action }) => action.kind === 'exec' && action.argv.join(' ')),
    ['lvchange --activate n -- docker/thinpool'],
  );
  t.deepEqual(ids(play(asleep, steps)), []);
});

test('a pool that lost its profile gets it again; undo gives back what was attached before', (t) => {
  const pool = thinPool('thinpool', 100n, 2n, { tags: ['dmtool'], profile: 'theirs', active: false });
  const host = blankHost([], {
    volumeGroups: [volumeGroup('system', { freeExtents: extents(100), logicalVolumes: [pool] })],
  });
  const attach = plan(host, freeSpaceWish()).steps.find(({ id }) => id === 'attach-profile');
  t.deepEqual(
    attach?.undo.map(({ do: action }) => action.kind === 'exec' && action.argv.join(' ')),
    ['lvchange --metadataprofile theirs -- system/thinpool'],
  );
  const bare = { ...pool, profile: null, tags: [] };
  const hidden = { ...thinPool('thinpool_tdata', 100n, 0n), kind: 'plain' as const, tags: ['dmtool'] };
  const untagged = blankHost([], { volumeGroups: [volumeGroup('system', { logicalVolumes: [bare, hidden] })] });
  const attachBare = plan(untagged, freeSpaceWish()).steps.find(({ id }) => id === 'attach-profile');
  t.deepEqual(
    attachBare?.undo.map(({ do: action }) => action.kind === 'exec' && action.argv.join(' ')),
    ['lvchange --detachprofile --deltag dmtool -- system/thinpool'],
  );
});

test('a PV that an earlier run chose a UUID for keeps it', (t) => {
  const devices = [{ path: '/dev/sdb', sizeBytes: bytes(GIB), pvUuid: 'earlier' }];
  const owned = { vg: 'docker', pool: 'thinpool', makesVg: true, devices, profilePath: '' };
  const record = { name: 'docker/thinpool', pool: owned, docker: null };
  const pvcreate = plan({ ...one, ownership: [record] }).steps[0]?.do;
  t.true(pvcreate?.kind === 'exec' && pvcreate.argv.includes('earlier'));
});
