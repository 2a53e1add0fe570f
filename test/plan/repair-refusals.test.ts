import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import type { LogicalVolume } from '../../src/model/lvm.ts';
import type { ThinPoolStatus } from '../../src/model/thin-pool.ts';
import { planRepair } from '../../src/plan/repair.ts';
import { REPAIR_PROGRAMS } from '../../src/tools/programs.ts';
import { bytes, extents, GIB } from '../../src/units/quantity.ts';
import { onFiles, rebooted } from './activation-hosts.ts';
import { carryOut, ready } from './docker-runs.ts';
import { loopHost } from './growing-hosts.ts';
import { blankHost, kernelPool } from './hosts.ts';
import { facts, failed, idleLvmHost, illLvmHost, illRawHost, thinVolume, withStranger } from './repair-hosts.ts';
import type { IllHost } from './simulated/repair.ts';

const refusals = (host: Host, pool: string | null = null) => {
  const planned = planRepair(host, { pool });
  return planned.kind === 'refused' ? planned.refusals : [];
};
const codes = (host: Host, pool: string | null = null): string[] => refusals(host, pool).map(({ code }) => code);
const changed = (host: Host, change: Partial<Host['thinPools'][number]>): Host => ({
  ...host,
  thinPools: host.thinPools.map((pool) => ({ ...pool, ...change })),
});

test('a pool that is well is left alone; so is one that only lacks room for data', (t) => {
  const well = illLvmHost({});
  t.like(refusals(well)[0], {
    code: 'pool-healthy',
    reason: 'it is well: the kernel runs it read-write, and asks for no check',
  });
  const [pool] = well.thinPools;
  const full = changed(well, { status: { ...pool?.status, mode: 'out_of_data_space' } as never });
  t.like(refusals(full)[0], { code: 'pool-healthy', remedy: 'dmtool resize --pool docker/thinpool' });
});

test('metadata without a block left are ill, though nobody has written since the pool was activated', (t) => {
  const host = illLvmHost({});
  const [pool] = host.thinPools;
  const status = pool?.status as ThinPoolStatus;
  const spent = (usedMetadataBlocks: bigint) => changed(host, { status: { ...status, usedMetadataBlocks } });
  t.deepEqual(codes(spent(status.totalMetadataBlocks)), []);
  t.deepEqual(codes(spent(status.totalMetadataBlocks - 1n)), ['pool-healthy']);
});

test('whoever is not root, a host without pools, several of them, and a missing program are told', (t) => {
  const host = illLvmHost({ isFlagged: true });
  t.deepEqual(codes({ ...host, isRoot: false, repair: null }), ['not-root']);
  t.deepEqual(codes({ ...host, programs: host.programs.filter((name) => name !== 'thin_repair') }), [
    'missing-program',
  ]);
  const bare = blankHost([], { programs: host.programs, repair: facts() });
  t.deepEqual(codes(bare), ['pool-absent']);
  t.deepEqual(codes(host, 'other'), ['pool-absent']);
  t.deepEqual(codes({ ...bare, thinPools: [kernelPool('a'), kernelPool('b')] }), ['ambiguous']);
  t.deepEqual(codes({ ...bare, thinPools: [kernelPool('a', { table: null })] }), ['pool-inactive']);
  // The one that is ill, or that does not run, is meant.
  const other = kernelPool('other');
  t.deepEqual(codes({ ...host, thinPools: [...host.thinPools, other] }), []);
  const idle = idleLvmHost({ isSound: false });
  t.deepEqual(codes({ ...idle, thinPools: [other] }), []);
});

test('a pool that is suspended, made read-only, or Docker’s own on files', (t) => {
  const host = illLvmHost({ isFlagged: true });
  t.deepEqual(codes(changed(host, { suspended: true })), ['pool-suspended']);
  const table = host.thinPools[0]?.table;
  t.deepEqual(codes(changed(host, { table: { ...table, features: ['read_only'] } as never })), ['read-only']);
  t.deepEqual(codes({ ...loopHost(), programs: host.programs, repair: facts() }), ['made-by-docker']);
});

/** With other LVs, or other extents that are free. */
const inVg = (
  host: Host,
  change: (lvs: readonly LogicalVolume[]) => readonly LogicalVolume[],
  free?: bigint,
): Host => ({
  ...host,
  volumeGroups: host.volumeGroups.map((vg) => ({
    ...vg,
    freeExtents: free === undefined ? vg.freeExtents : extents(free),
    logicalVolumes: change(vg.logicalVolumes),
  })),
});
const without = (name: string) => (lvs: readonly LogicalVolume[]) => lvs.filter((lv) => lv.name !== name);
const same = (lvs: readonly LogicalVolume[]) => lvs;

test('of LVM’s: a VG that is not whole, no check, no room for a spare, no room for metadata that are full', (t) => {
  const host = illLvmHost({ isFlagged: true });
  t.deepEqual(codes({ ...host, volumeGroups: host.volumeGroups.map((vg) => ({ ...vg, partial: true })) }), [
    'vg-unusable',
  ]);
  t.deepEqual(codes({ ...host, lvm: { ...host.lvm, thinCheckExecutable: '' } }), ['check-switched-off']);
  t.deepEqual(codes(inVg(host, without('lvol0_pmspare'), 9n)), ['no-room']);
  t.deepEqual(codes(inVg(host, without('lvol0_pmspare'), 10n)), []);
  const full = illLvmHost({ isFull: true });
  t.deepEqual(codes(inVg(full, same, 1n)), ['no-room']);
  t.deepEqual(codes(inVg(full, same, 2n)), []);
  // Nobody knows yet that they are full: what can't be done is left out.
  const ids = (at: Host) => ready(planRepair(at, { pool: null })).steps.map(({ id }) => id);
  t.false(ids(inVg(host, same, 1n)).includes('grow-metadata'));
  t.true(ids(inVg(full, without('lvol0_pmspare'), 14n)).includes('grow-metadata'));
});

test('an LV whose sizes LVM does not tell is not taken for a large one', (t) => {
  const unknown = (lvs: readonly LogicalVolume[]) =>
    lvs.map((lv) => (lv.kind === 'thin-pool' ? { ...lv, metadataSizeBytes: null, chunkSizeBytes: null } : lv));
  t.deepEqual(codes(inVg(illLvmHost({ isFlagged: true }), unknown)), []);
  t.deepEqual(codes(inVg(illLvmHost({ isFlagged: true }), (lvs) => without('lvol0_pmspare')(unknown(lvs)))), []);
});

test('what is mounted, and what could not be made again', (t) => {
  const volume = { thinDevices: [{ name: 'docker-one', poolName: 'docker-thinpool-tpool' }] };
  const mounts = [{ device: 'docker-one', mountPoint: '/srv' }];
  const lvm = illLvmHost({ isFlagged: true }, { ...volume, repair: facts({ mounts }) }, [thinVolume('one')]);
  t.like(refusals(lvm)[0], { code: 'in-use', remedy: 'stop what uses it, then umount /srv' });
  const raw = withStranger(illRawHost({ isFlagged: true }));
  t.deepEqual(codes({ ...raw, repair: facts({ mounts: [{ device: 'vol', mountPoint: '/mnt' }] }) }), ['in-use']);
  t.deepEqual(codes(withStranger(failed(illRawHost({ isSound: false })), false)), ['in-use']);
  t.deepEqual(codes({ ...withStranger(illRawHost({ isFlagged: true })), poolDevices: null }), ['in-use']);
});

test('a device that reads from another one could not be made again as it was', (t) => {
  const plain = withStranger(illRawHost({ isFlagged: true }));
  const active = (plain.poolDevices?.active ?? []).map((each) => ({ ...each, hasOrigin: true as const }));
  const host = { ...plain, poolDevices: { ...plain.poolDevices, active } } as Host;
  t.like(refusals(host)[0], { code: 'in-use', subject: 'files' });
  t.regex(refusals(host)[0]?.reason ?? '', /vol .*external origin/);
});

test('an idle pool that nobody needs is only repaired by its name', (t) => {
  const idle = idleLvmHost({ isFlagged: true });
  const volumeGroups = idle.volumeGroups.map((vg) => ({
    ...vg,
    logicalVolumes: vg.logicalVolumes.map((lv) => ({ ...lv, tags: [] })),
  }));
  const host = { ...idle, volumeGroups, thinPools: [kernelPool('other')] };
  t.like(refusals(host)[0], { code: 'pool-healthy', remedy: 'if it is meant: dmtool repair --pool docker/thinpool' });
  t.deepEqual(codes(host, 'docker/thinpool'), []);
  const repairs = ready(planRepair(host, { pool: 'docker/thinpool' })).owns;
  t.deepEqual(codes({ ...host, ownership: [repairs] }), []);
});

test('a spare of another number counts, and one that is too small does not', (t) => {
  const host = illLvmHost({ isFlagged: true });
  const renamed = (sizeExtents: bigint) => (lvs: readonly LogicalVolume[]) =>
    lvs.map((lv) =>
      lv.name === 'lvol0_pmspare'
        ? { ...lv, name: 'lvol1_pmspare', sizeBytes: bytes((lv.sizeBytes / 10n) * sizeExtents) }
        : lv,
    );
  t.deepEqual(codes(inVg(host, renamed(10n), 0n)), []);
  t.deepEqual(codes(inVg(host, renamed(6n), 3n)), ['no-room']);
  t.deepEqual(codes(inVg(host, renamed(6n), 4n)), []);
});

test('a pool whose file was moved, or whose devices nobody sees, could not be made again', (t) => {
  const host = illRawHost({ isFlagged: true });
  t.deepEqual(codes({ ...host, backingDevices: [] }), ['file-gone']);
  const [data, metadata] = host.backingDevices;
  const moved = { ...metadata, file: { ...metadata?.file, isThere: false } } as never;
  t.deepEqual(codes({ ...host, backingDevices: [data as never, moved] }), ['file-gone']);
});

test('one that was written down and does not run is attached, looked through and made again', (t) => {
  const host = rebooted([onFiles]);
  const illness = { isSound: false, isFull: false, isFlagged: false, device: '/dev/loop1' };
  const idle = { ...host, programs: [...host.programs, ...REPAIR_PROGRAMS], repair: facts(), illness } as IllHost;
  const repair = ready(planRepair(idle, { pool: null }));
  t.deepEqual(repair.steps.map(({ id }) => id).slice(0, 4), [
    'record',
    'attach:data:files',
    'attach:metadata:files',
    'copy-metadata',
  ]);
  t.true(repair.warnings.some((line) => line.startsWith('It is not active')));
  t.is(carryOut(idle, repair).thinPools.length, 1);
  const cut = rebooted([onFiles], { data: { sizeBytes: bytes(GIB) } });
  t.deepEqual(codes({ ...cut, programs: idle.programs, repair: facts() }), ['no-room']);
});

test('metadata that are only full may grow without stopping anyone: that is said', (t) => {
  const says = (host: Host): boolean =>
    ready(planRepair(host, { pool: null })).warnings.some((line) => line.includes('stops nobody'));
  t.true(says(illLvmHost({ isFull: true })));
  t.false(says(illLvmHost({ isFull: true, isFlagged: true })));
});
