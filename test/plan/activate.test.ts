import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import { planActivate } from '../../src/plan/activate.ts';
import type { Plan } from '../../src/plan/step.ts';
import { shellAction } from '../../src/report/script.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import {
  asleep,
  cameUp,
  missed,
  onDisks,
  onFiles,
  onMoreFiles,
  rebooted,
  stopped,
  withDocker,
} from './activation-hosts.ts';
import { dockerFacts } from './docker-hosts.ts';
import { carryOut, ready, walk } from './docker-runs.ts';
import { lvmHost } from './growing-hosts.ts';
import { blankHost, kernelPool, thinPool, volumeGroup } from './hosts.ts';
import { thinVolume } from './repair-hosts.ts';

const plan = (host: Host, pool: string | null = null): Plan => ready(planActivate(host, { pool }));
const commands = ({ steps }: Plan): string[] => steps.map((step) => shellAction(step.do).split('\n')[0] as string);
const codes = (host: Host, pool: string | null = null): string[] => {
  const planned = planActivate(host, { pool });
  return planned.kind === 'refused' ? planned.refusals.map(({ code }) => code) : [];
};

test('files are attached where nobody is, and the table is made as it was written down', (t) => {
  const host = rebooted([onFiles]);
  const back = plan(host);
  t.deepEqual(commands(back), [
    'losetup -- /dev/loop3 /var/pool/data',
    'losetup --offset 1048576 --sizelimit 8388608 -- /dev/loop4 /var/pool/metadata',
    "dmsetup create --table '0 4194304 thin-pool /dev/loop4 /dev/loop3 128 0 1 skip_block_zeroing' -- files",
  ]);
  const after = carryOut(host, back);
  const again = plan(after);
  t.deepEqual(again.steps, []);
  t.is(again.endings.nothingToDo, 'Thin pool files is active already: nothing to do, nothing changed.');
});

test('wherever a run was cut off, the next one ends where it would have ended, and attaches nothing twice', (t) => {
  const host = rebooted([onFiles, onMoreFiles, onDisks]);
  const back = plan(host);
  t.is(back.endings.done, 'Thin pools files, more, disks are active: read back from the kernel.');
  const end = carryOut(host, back);
  for (const cut of walk(host, back.steps)) {
    const free = cut.activation?.freeLoops.filter(
      (path) => !cut.activation?.parts.some(({ data, metadata }) => [data.device, metadata.device].includes(path)),
    );
    const seen = { ...cut, activation: { ...cut.activation, freeLoops: free }, ownership: [back.owns] } as Host;
    const next = plan(seen);
    t.true(next.steps.length > 0);
    t.deepEqual(carryOut(seen, next).activation?.parts, end.activation?.parts);
  }
});

test('a loop device that has the file already is used, and so are block devices by their own paths', (t) => {
  t.deepEqual(
    commands(plan(rebooted([onFiles], { data: { device: '/dev/loop7' }, metadata: { device: '/dev/loop8' } }))),
    ["dmsetup create --table '0 4194304 thin-pool /dev/loop8 /dev/loop7 128 0 1 skip_block_zeroing' -- files"],
  );
  t.deepEqual(commands(plan(rebooted([onDisks]))), [
    "dmsetup create --table '0 4194304 thin-pool /dev/disk/by-id/two /dev/disk/by-id/one 128 0 1 skip_block_zeroing' -- disks",
  ]);
});

test('a pool goes by its name; those that run already, Docker’s own on files too, need nothing', (t) => {
  t.is(plan(rebooted([onFiles, onDisks]), 'disks').steps.length, 1);
  const own = kernelPool('docker-8:1-77-pool');
  t.deepEqual(plan(rebooted([], {}, { thinPools: [own] })).steps, []);
  t.deepEqual(plan(rebooted([], {}, { thinPools: [own, kernelPool('other')] })).steps, []);
  t.deepEqual(codes(rebooted([], {}, { thinPools: [kernelPool('loaded', { table: null })] })), ['pool-inactive']);
  t.is(plan(rebooted([onDisks], {}, { thinPools: [own] })).steps.length, 1);
});

test('nothing is made of what is gone, cut, or no metadata', (t) => {
  t.deepEqual(codes(rebooted([onFiles], { data: { sizeBytes: null } })), ['file-gone']);
  t.deepEqual(codes(rebooted([onDisks], { metadata: { sizeBytes: null } })), ['device-absent']);
  t.deepEqual(codes(rebooted([onFiles], { data: { sizeBytes: bytes(GIB) } })), ['no-room']);
  t.deepEqual(codes(rebooted([onFiles], { metadata: { beginsAsMetadata: false } })), ['metadata-foreign']);
  t.deepEqual(codes(rebooted([onFiles], { data: { beginsAsMetadata: false } })), []);
  const suspended = kernelPool('files', { suspended: true });
  t.deepEqual(codes(rebooted([onFiles], {}, { thinPools: [suspended] })), ['pool-suspended']);
});

test('a pool that the kernel has failed is active, and not called well', (t) => {
  const sick = (state: 'fail' | 'error' | 'unreadable') => kernelPool('files', { status: { state, text: '' } });
  for (const state of ['fail', 'error'] as const) {
    const planned = planActivate(rebooted([onFiles], {}, { thinPools: [sick(state)] }), { pool: null });
    t.like(planned.kind === 'refused' && planned.refusals[0], {
      code: 'pool-unhealthy',
      subject: 'files',
      remedy: 'dmtool repair --pool files',
    });
  }
  t.deepEqual(codes(rebooted([onFiles], {}, { thinPools: [sick('unreadable')] })), ['pool-unhealthy']);
  t.deepEqual(codes(rebooted([onFiles], {}, { thinPools: [kernelPool('files')] })), []);
});

test('of LVM’s pools those that dmtool made, or that Docker is to use; any by its name', (t) => {
  const ours = asleep(lvmHost());
  t.deepEqual(commands(plan(ours)), ['lvchange --activate y --monitor y -- docker/thinpool']);
  t.deepEqual(plan(carryOut(ours, plan(ours))).steps, []);
  const pools = [thinPool('one', 10n, 1n), thinPool('two', 10n, 1n)];
  const others = volumeGroup('others', { logicalVolumes: pools });
  const foreign = asleep(blankHost([], { volumeGroups: [others] }));
  t.deepEqual(codes(foreign), ['ambiguous']);
  t.deepEqual(codes(foreign, 'three'), ['pool-absent']);
  for (const name of ['two', 'others/two', '/dev/mapper/others-two', '/dev/others/two'])
    t.deepEqual(commands(plan(foreign, name)), ['lvchange --activate y --monitor y -- others/two'], name);
  const only = asleep(blankHost([], { volumeGroups: [{ ...others, logicalVolumes: pools.slice(1) }] }));
  t.is(plan(only).steps.length, 1);
  const config = { ...dockerFacts().config, content: '{"storage-opts": ["dm.thinpooldev=/dev/mapper/others-one"]}' };
  t.deepEqual(commands(plan({ ...foreign, docker: dockerFacts({ config }) })), [
    'lvchange --activate y --monitor y -- others/one',
  ]);
  const both = { ...asleep(lvmHost()), volumeGroups: [...ours.volumeGroups, others] };
  t.is(plan(both).steps.length, 1);
  const twice = {
    ...both,
    volumeGroups: [...ours.volumeGroups, { ...others, logicalVolumes: [thinPool('thinpool', 9n, 1n)] }],
  };
  t.deepEqual(codes(twice, 'thinpool'), ['ambiguous']);
});

test('thin volumes that stay inactive are told with what activates them, but for those that are meant to sleep', (t) => {
  const host = lvmHost();
  const skipped = { ...thinVolume('skipped', false), attributes: 'Vwi---tz-k' };
  const others = [thinVolume('one', false), skipped, thinVolume('two', false)];
  const volumeGroups = host.volumeGroups.map((vg) => ({ ...vg, logicalVolumes: [...vg.logicalVolumes, ...others] }));
  t.deepEqual(plan(asleep({ ...host, volumeGroups })).notes, [
    {
      heading: 'Thin volumes on it stay inactive; these commands activate them',
      lines: ['lvchange --activate y -- docker/one', 'lvchange --activate y -- docker/two'],
    },
  ]);
  t.deepEqual(plan(asleep(host)).notes, []);
  const running = [thinPool('thinpool', 10n, 1n, { tags: ['dmtool'] }), thinVolume('up')];
  const awake = volumeGroup('awake', { logicalVolumes: running });
  const both = {
    ...asleep(host),
    volumeGroups: [...asleep(host).volumeGroups, awake],
    thinPools: [kernelPool('awake-thinpool')],
  };
  t.deepEqual(plan(both).notes, []);
  t.deepEqual(plan({ ...host, volumeGroups }).notes, []);
});

test('whoever is not root is told so; a host without pools, and a VG that is not whole, too', (t) => {
  t.deepEqual(codes(blankHost([])), ['pool-absent']);
  t.deepEqual(codes({ ...rebooted([onFiles]), isRoot: false }), ['not-root']);
  t.deepEqual(codes({ ...blankHost([]), isRoot: false, programs: [] }), [
    'not-root',
    'missing-program',
    'missing-program',
    'missing-program',
  ]);
  const ours = asleep(lvmHost());
  t.deepEqual(codes({ ...ours, volumeGroups: ours.volumeGroups.map((vg) => ({ ...vg, partial: true })) }), [
    'vg-unusable',
  ]);
});

const ids = (host: Host): string[] => plan(host).steps.map(({ id }) => id);

test('a Docker that missed its pool is started again, once the pool is there', (t) => {
  const gone = asleep(lvmHost());
  t.deepEqual(ids(withDocker(gone, [missed])), ['activate:docker/thinpool', 'start-docker', 'await-docker']);
  t.deepEqual(ids(withDocker(lvmHost(), [cameUp, missed])), ['start-docker', 'await-docker']);
  const failed = { ...stopped, services: [{ name: 'docker.service', state: 'failed' as const }] };
  t.deepEqual(ids(withDocker(lvmHost(), [missed], failed)), ['start-docker', 'await-docker']);
});

test('a Docker that systemd kept waiting for its pool in vain is started again, too', (t) => {
  const inVain = 'Dependency failed for docker.service - Docker Application Container Engine.';
  const config = {
    ...dockerFacts().config,
    content: '{"storage-opts": ["dm.thinpooldev=/dev/mapper/docker-thinpool"]}',
  };
  t.deepEqual(ids(withDocker(lvmHost(), [cameUp, inVain], { ...stopped, config })), ['start-docker', 'await-docker']);
  t.deepEqual(ids(withDocker(lvmHost(), [inVain, cameUp], { ...stopped, config })), []);
  t.deepEqual(ids(withDocker(lvmHost(), [inVain])), []);
});

test('one that was stopped, that came up since, that runs, or that missed another pool is left alone', (t) => {
  for (const host of [
    withDocker(lvmHost(), []),
    withDocker(lvmHost(), [missed, cameUp]),
    withDocker(lvmHost(), [missed.replace('docker-thinpool', 'other')]),
    withDocker(lvmHost(), [missed], { ...stopped, services: [{ name: 'docker', state: 'running' }] }),
    withDocker(lvmHost(), [missed], { ...stopped, services: [{ name: 'docker.socket', state: 'stopped' }] }),
    { ...lvmHost(), docker: stopped },
  ])
    t.deepEqual(plan(host).steps, []);
});
