import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import type { LogicalVolume, VolumeGroup } from '../../src/model/lvm.ts';
import { careProfile } from '../../src/plan/care-profile.ts';
import { growthWarnings, hostWarnings } from '../../src/plan/care-warnings.ts';
import { extents } from '../../src/units/quantity.ts';
import { type AdoptionScene, otherGroup, typedHost, typedProfile } from './adoption-hosts.ts';
import { PROFILE_TEMPLATE, thinPool } from './hosts.ts';

const poolOf = (host: Host): { vg: VolumeGroup; lv: LogicalVolume } => {
  const vg = host.volumeGroups[0] as VolumeGroup;
  return { vg, lv: vg.logicalVolumes[0] as LogicalVolume };
};
const profileOf = (scene: AdoptionScene) => {
  const host = typedHost(scene);
  const { vg, lv } = poolOf(host);
  return careProfile(host, vg, lv, PROFILE_TEMPLATE);
};
const path = (name: string): string => `/etc/lvm/profile/${name}.profile`;
const mine = `# Written by a test\n${typedProfile(75, 20)}`;

test('a profile has to be there, to be attached, and to have a step that fits', (t) => {
  const lack = (scene: AdoptionScene): string | null => profileOf(scene).lack;
  t.is(lack({ profile: typedProfile(70, 3) }), null);
  t.is(lack({ pool: { profile: null } }), 'none is attached');
  t.is(lack({ profile: null }), 'the file of profile docker-thinpool is missing');
  t.is(lack({ profile: '# nothing' }), 'profile docker-thinpool sets no auto-extension');
  t.is(lack({ profile: typedProfile(100, 3) }), 'profile docker-thinpool switches auto-extension off');
  t.regex(lack({ profile: typedProfile(80, 4) }) ?? '', /4 %, is 152 MiB, and VG docker has 120 MiB free$/);
});

test('what somebody set for a profile of dmtool’s stays: no auto-extension at all, or as much as there is room for', (t) => {
  t.like(profileOf({ profile: mine.replace('75', '100') }), { lack: null, write: null });
  const none = { vg: { freeExtents: extents(0) } };
  t.like(profileOf({ ...none, profile: mine.replace('=20', '=0') }), { lack: null, write: null });
  t.like(profileOf({ ...none, profile: typedProfile(80, 0) }).values, { thresholdPercent: 80, stepPercent: 0 });
  // Once there is room again the step is.
  t.like(profileOf({ profile: mine.replace('=20', '=0') }).values, { thresholdPercent: 75, stepPercent: 3 });
});

test('a threshold that is in force stays; without one it is the documents’', (t) => {
  t.is(profileOf({ profile: typedProfile(60, 20) }).values.thresholdPercent, 60);
  t.is(profileOf({ profile: typedProfile(100, 20) }).values.thresholdPercent, 80);
  t.is(profileOf({ profile: null }).values.thresholdPercent, 80);
});

test('no file of somebody else’s is written over, and none that another LV goes by', (t) => {
  const name = (scene: AdoptionScene): string => profileOf(scene).name;
  const files = (...names: readonly [string, string][]) => ({
    host: { files: names.map(([each, content]) => ({ path: path(each), content })) },
  });
  t.is(name({ profile: mine }), 'docker-thinpool');
  t.is(name({ profile: null }), 'docker-thinpool');
  t.is(name({ pool: { profile: 'gone' } }), 'gone');
  t.is(name({ pool: { profile: null }, profile: mine }), 'docker-thinpool');
  t.is(name({ profile: typedProfile(80, 20) }), 'dmtool-docker-thinpool');
  const typed = typedProfile(80, 20);
  const taken = [
    ['docker-thinpool', typed],
    ['dmtool-docker-thinpool', typed],
    ['dmtool-docker-thinpool-2', typed],
  ] as const;
  t.is(name(files(['docker-thinpool', typed], ['dmtool-docker-thinpool', typed])), 'dmtool-docker-thinpool-2');
  t.is(name(files(...(taken as unknown as [string, string][]))), 'dmtool-docker-thinpool-3');
  const [vg] = typedHost().volumeGroups;
  const volumeGroups = [vg as VolumeGroup, otherGroup('others', thinPool('p', 1n, 1n, { profile: 'docker-thinpool' }))];
  const shared = { host: { volumeGroups, files: [{ path: path('docker-thinpool'), content: mine }] } };
  t.is(name(shared), 'dmtool-docker-thinpool');
});

test('what keeps LVM from extending a pool is told', (t) => {
  const warnings = (scene: AdoptionScene): string[] => {
    const host = typedHost(scene);
    const { vg, lv } = poolOf(host);
    const [kernel] = host.thinPools;
    const status = kernel?.status.state === 'working' ? kernel.status : null;
    const pool = { name: 'docker/thinpool', vg, lv, table: kernel?.table ?? null };
    return growthWarnings(pool, careProfile(host, vg, lv, PROFILE_TEMPLATE), status);
  };
  t.deepEqual(warnings({}), []);
  t.deepEqual(warnings({ kernel: { status: { state: 'fail', text: '' } } }), []);
  t.regex(
    warnings({ vg: { freeExtents: extents(0) } }).join(),
    /no room for even the smallest step.*dmtool resize --pool docker\/thinpool --device/,
  );
  t.regex(
    warnings({ profile: mine.replace('75', '100') }).join(),
    /switches auto-extension off, with a threshold of 100/,
  );
  t.regex(
    warnings({ status: { usedDataBlocks: 7220n } }).join(),
    /is 95 % full: LVM extends it by what brings it back under 80 %, which is 724 MiB, and VG docker has 120 MiB free/,
  );
  t.is(hostWarnings(typedHost()).length, 0);
  const { lvm } = typedHost();
  t.is(hostWarnings(typedHost({ host: { lvm: { ...lvm, monitoring: false, thinCheckExecutable: '' } } })).length, 2);
});
