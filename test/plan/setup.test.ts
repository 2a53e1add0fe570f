import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import type { SetupIntent } from '../../src/model/intent.ts';
import { planSetup } from '../../src/plan/setup.ts';
import type { Plan } from '../../src/plan/step.ts';
import { shellAction } from '../../src/report/script.ts';
import { bytes, GIB, KIB, MIB, TIB } from '../../src/units/quantity.ts';
import { blankHost, disk, freeSpaceWish, PROFILE_PATH, volumeGroup, wish } from './hosts.ts';
import { perform, play } from './simulate.ts';

const one = blankHost([disk('/dev/sdb', 100n * GIB)]);

function plan(host: Host, intent: SetupIntent = wish()): Plan {
  const planned = planSetup(host, intent);
  if (planned.kind === 'refused') throw new Error(planned.refusals.map(({ reason }) => reason).join('; '));
  return planned.plan;
}
const warnings = (host: Host, intent?: SetupIntent): readonly string[] => plan(host, intent).warnings;

test('a plan for the defaults has nothing to warn of', (t) => {
  t.deepEqual(warnings(one), []);
});

test('a threshold of 100 is warned of', (t) => {
  t.deepEqual(warnings(one, wish({ autoextendThreshold: 100 })), ['A threshold of 100 switches auto-extension off.']);
});

test('a VG without room for any step is warned of, with the way to keep some', (t) => {
  const tiny = blankHost([disk('/dev/sdb', 64n * MIB)]);
  t.regex(warnings(tiny)[0] ?? '', /no room for even the smallest step.*--headroom/);
  t.deepEqual(warnings(tiny, wish({ headroom: true })), []);
});

test('a step that was asked for and does not fit is warned of, with both sizes', (t) => {
  const [warning = ''] = warnings(one, wish({ autoextendPercent: 20 }));
  t.regex(warning, /^Auto-extension can't run: a step of 20 % is 19 GiB, and the VG has 3 GiB left\. --headroom/);
});

test("metadata under the kernel's guideline is warned of", (t) => {
  const large = blankHost([disk('/dev/sdb', 4n * TIB)]);
  const [warning = ''] = warnings(large, wish({ metadata: { kind: 'size', sizeBytes: bytes(4n * MIB) } }));
  t.regex(warning, /^Metadata of 4 MiB is less than the kernel's guideline, 364\.79 MiB/);
  t.deepEqual(warnings(large, wish({ chunkSizeBytes: bytes(512n * KIB) })), []);
});

test('monitoring that is off in lvm.conf is warned of', (t) => {
  const host = { ...one, lvm: { ...one.lvm, monitoring: false } };
  t.regex(warnings(host).join(), /activation\/monitoring=0/);
});

test('a check that is off in lvm.conf is warned of', (t) => {
  const host = { ...one, lvm: { ...one.lvm, thinCheckExecutable: '' } };
  t.regex(warnings(host).join(), /names no thin_check/);
});

test('a device that an unfinished run began on, and that is not named now, is warned of', (t) => {
  const { owns } = plan(blankHost([disk('/dev/sdb', 100n * GIB), disk('/dev/sdz', 100n * GIB)]));
  t.deepEqual(warnings({ ...one, ownership: [owns] }), [
    'An unfinished setup of this pool had begun on /dev/sdz: look at pvs, it may be left as a PV.',
  ]);
  const vg = volumeGroup('docker');
  const host = blankHost([], { volumeGroups: [vg], ownership: [owns] });
  t.deepEqual(warnings(host, freeSpaceWish({ vg: 'docker' })), []);
});

test('a finished pool that can not grow any more is not warned of again', (t) => {
  const finished = play(one, plan(one, wish({ autoextendPercent: 20 })).steps);
  t.deepEqual(warnings(finished, wish()), []);
});

test('the way back is given for disks: pool, VG, PVs, what they leave, and the profile', (t) => {
  t.deepEqual(plan(one).wayBack.map(shellAction), [
    'lvremove --yes -- docker/thinpool',
    'vgremove -- docker',
    'pvremove -- /dev/sdb',
    'dd if=/dev/zero of=/dev/sdb bs=1M count=1 conv=fsync,nocreat',
    `rm -- ${PROFILE_PATH}`,
  ]);
});

test('the way back from free space touches neither VG nor disks', (t) => {
  const host = blankHost([], { volumeGroups: [volumeGroup('system')] });
  t.deepEqual(plan(host, freeSpaceWish()).wayBack.map(shellAction), [
    'lvremove --yes -- system/thinpool',
    'rm -- /etc/lvm/profile/system-thinpool.profile',
  ]);
});

test('typed in order, the way back leads back', (t) => {
  const { steps, wayBack } = plan(one);
  t.deepEqual(wayBack.reduce(perform, play(one, steps)), one);
});

test('the command that takes a finished run back names the pool', (t) => {
  t.deepEqual(plan(one, wish({ vg: 'a', pool: 'b' })).undoCommand, ['dmtool', 'teardown', '--vg', 'a', '--pool', 'b']);
});

test('a pool without an engine leaves no record behind: its tags are enough for teardown', (t) => {
  t.is(plan(one).record, 'forget');
  t.like(plan(one), { subject: 'Thin pool docker/thinpool', notes: [] });
});

test('what a run will own is written down in full before it begins', (t) => {
  const owned = {
    vg: 'docker',
    pool: 'thinpool',
    makesVg: true,
    devices: [{ path: '/dev/sdb', sizeBytes: bytes(100n * GIB), pvUuid: 'uuid-0' }],
    profilePath: PROFILE_PATH,
  };
  t.deepEqual(plan(one).owns, { name: 'docker/thinpool', pool: owned, docker: null });
});
