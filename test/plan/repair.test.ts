import test from 'ava';
import type { BackingDevice, LoopFile } from '../../src/model/backing-device.ts';
import type { Host } from '../../src/model/host.ts';
import { FILES_POOL } from '../../src/model/raw-pool.ts';
import type { ThinPoolStatus } from '../../src/model/thin-pool.ts';
import { any, describeCondition, holds } from '../../src/plan/condition.ts';
import { filesPool } from '../../src/plan/files-pool.ts';
import { planRepair } from '../../src/plan/repair.ts';
import type { Plan } from '../../src/plan/step.ts';
import { shellAction } from '../../src/report/script.ts';
import { filesBootUnit } from '../../src/tools/boot-unit.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import { carryOut, cutOff, ready, walk } from './docker-runs.ts';
import { FIRST, facts, failed, idleLvmHost, illLvmHost, illRawHost, thinVolume, withStranger } from './repair-hosts.ts';
import type { IllHost } from './simulated/repair.ts';

const plan = (host: Host, pool: string | null = null): Plan => ready(planRepair(host, { pool }));
const ids = ({ steps }: Plan): string[] => steps.map(({ id }) => id);
const command = ({ steps }: Plan, id: string): string | undefined => {
  const step = steps.find((each) => each.id === id);
  return step && shellAction(step.do);
};

const loopsOf = ({ repair }: Host): string[] | undefined => repair?.loops.map(({ device }) => device);

/** What the kernel and LVM have in the end. */
const outcome = (host: Host) => ({
  pools: host.thinPools.map(({ name, status }) => [name, status.state === 'working' && status.mode]),
  thins: host.thinDevices.map(({ name }) => name),
  kept: host.volumeGroups
    .flatMap(({ logicalVolumes }) => logicalVolumes.map(({ name }) => name))
    .filter((name) => /_meta\d/.test(name)),
});

test('only the flag: the metadata are copied, looked through, and LVM clears it when it activates the pool', (t) => {
  const host = illLvmHost({ isFlagged: true });
  const repair = plan(host);
  t.deepEqual(ids(repair), [
    'deactivate-pool',
    'show-metadata',
    'copy-metadata',
    'check-metadata',
    'hide-metadata',
    'mend-metadata',
    'check-mended',
    'activate-pool',
    'grow-metadata',
  ]);
  t.is(command(repair, 'show-metadata'), 'lvchange --yes --activate y -- docker/thinpool_tmeta');
  t.regex(command(repair, 'activate-pool') ?? '', /--clear-needs-check-flag/);
  t.deepEqual(outcome(carryOut(host, repair)), { pools: [['docker-thinpool', 'rw']], thins: [], kept: [] });
  t.is(repair.owns.repairs?.directory, FIRST);
});

test('damaged metadata are repaired into the spare, and the old ones stay under the next free name', (t) => {
  for (const [host, kept] of [
    [failed(illLvmHost({ isSound: false })), ['thinpool_meta0']],
    [
      illLvmHost({ isSound: false, isFlagged: true }, {}, [thinVolume('thinpool_meta3', false)]),
      ['thinpool_meta3', 'thinpool_meta4'],
    ],
    [idleLvmHost({ isSound: false }), ['thinpool_meta0']],
  ] as const)
    t.deepEqual(outcome(carryOut(host, plan(host))), {
      pools: [['docker-thinpool', 'rw']],
      thins: [],
      kept: [...kept],
    });
});

test('full metadata grow to twice their size once the pool runs', (t) => {
  const host = illLvmHost({ isFull: true, isFlagged: true });
  const repair = plan(host);
  t.is(command(repair, 'grow-metadata'), 'lvextend --poolmetadatasize 80m -- docker/thinpool');
  t.deepEqual(outcome(carryOut(host, repair)).pools, [['docker-thinpool', 'rw']]);
});

test('LVM’s thin volumes go, and come back; each filesystem is checked', (t) => {
  const volumes = [thinVolume('one'), thinVolume('two', false)];
  const host = illLvmHost(
    { isFlagged: true },
    { thinDevices: [{ name: 'docker-one', poolName: 'docker-thinpool-tpool' }] },
    volumes,
  );
  const repair = plan(host);
  t.is(ids(repair)[0], 'deactivate:one');
  t.deepEqual(ids(repair).slice(-2), ['activate:one', 'check-filesystems']);
  t.is(
    command(repair, 'check-filesystems')
      ?.split('\n')
      .filter((line) => line.includes('lvchange'))
      .join('; '),
    "if lvchange --activate y --ignoreactivationskip -- docker/two; then; lvchange --activate n -- docker/two || echo 'docker/two is active still' >&2",
  );
  const after = carryOut(host, repair);
  t.deepEqual(outcome(after).thins, ['docker-one']);
  t.deepEqual(
    after.repair?.runs[0]?.filesystems?.map(({ name }) => name),
    ['docker/one', 'docker/two'],
  );
});

test('a device that somebody made by hand comes back with its UUID, and read-only where it was', (t) => {
  const plain = withStranger(illRawHost({ isFlagged: true }));
  const [vol] = plain.poolDevices?.active ?? [];
  const marked = [{ ...vol, uuid: 'MINE-1', readOnly: true }] as never;
  const host = { ...plain, poolDevices: { ...plain.poolDevices, active: marked } } as IllHost;
  t.is(
    command(plan(host), 'activate:vol'),
    "dmsetup create --readonly --uuid MINE-1 --table '0 2048 thin /dev/mapper/files 3' -- vol",
  );
  t.is(command(plan(plain), 'activate:vol'), "dmsetup create --table '0 2048 thin /dev/mapper/files 3' -- vol");
});

test('a pool without LVM: its way is written down first, the flag is cleared, and it is made again', (t) => {
  const host = withStranger(illRawHost({ isFlagged: true }));
  const repair = plan(host);
  t.deepEqual(ids(repair), [
    'release-pool',
    'record',
    'remove-pool',
    'copy-metadata',
    'check-metadata',
    'clear-flag',
    'mend-metadata',
    'attach-metadata',
    'record-metadata',
    'check-mended',
    'create-pool',
    'create-pool-anew',
    'detach-metadata',
    'activate:vol',
    'check-filesystems',
  ]);
  const after = carryOut(host, repair);
  t.deepEqual(outcome(after), { pools: [['files', 'rw']], thins: ['vol'], kept: [] });
  t.is(after.repair?.runs[0]?.mendedPath, null);
  t.deepEqual(loopsOf(after), ['/dev/loop0', '/dev/loop1']);
});

test('its damaged or full metadata are written into a new file, which is written down; the old one stays', (t) => {
  for (const flags of [{ isSound: false }, { isFull: true }]) {
    const host = failed(illRawHost(flags));
    const repair = plan(flags.isFull ? illRawHost(flags) : host);
    t.regex(
      command(repair, 'mend-metadata') ?? '',
      /^ {2}thin_repair -i \/dev\/loop1 -o \/var\/pool\/metadata\.repaired-1 &&$/m,
    );
    const after = carryOut(host, repair);
    t.deepEqual(after.thinPools[0]?.table?.metadataDevice, '/dev/loop2');
    t.deepEqual(loopsOf(after), ['/dev/loop0', '/dev/loop2']);
    const record = after.files.find(({ path }) => path.endsWith('raw-pools.json'))?.content;
    t.regex(record ?? '', /"\/var\/pool\/metadata\.repaired-1"/);
  }
  const large = illRawHost({ isFull: true });
  const [data, metadata] = large.backingDevices as [BackingDevice, BackingDevice];
  const path = '/var/pool/metadata.repaired-4';
  const size = bytes(15n * GIB);
  const file = { ...(metadata.file as LoopFile), path, sizeBytes: size };
  const again = plan({ ...large, backingDevices: [data, { ...metadata, sizeBytes: size, file }] });
  t.regex(
    command(again, 'mend-metadata') ?? '',
    /^\{ \(umask 077; head --bytes=17045913600 \/dev\/zero > \/var\/pool\/metadata\.repaired-1\) &&$/m,
  );
  const onDisks = failed(illRawHost({ isSound: false }, { onDisks: true }));
  const after = carryOut(onDisks, plan(onDisks));
  t.is(after.repair?.runs[0]?.mendedPath, '/var/lib/dmtool/metadata/files-1');
  t.deepEqual(loopsOf(after), ['/dev/loop0']);
});

/** The journal says that it is not through. */
const isWellIn = (host: Host): boolean =>
  host.thinPools.some(({ status }) => status.state === 'working' && status.mode === 'rw');

for (const [name, host] of Object.entries<IllHost>({
  'a flag': illLvmHost({ isFlagged: true }),
  'damaged metadata': illLvmHost({ isSound: false, isFlagged: true }),
  'full metadata': illLvmHost({ isFull: true, isFlagged: true }),
  'thin volumes': illLvmHost(
    { isFlagged: true },
    { thinDevices: [{ name: 'docker-one', poolName: 'docker-thinpool-tpool' }] },
    [thinVolume('one')],
  ),
})) {
  test(`cut off anywhere, the next run ends where it would have ended: ${name}`, (t) => {
    const first = plan(host);
    const end = carryOut(host, first);
    for (const cut of walk(host, first.steps)) {
      const left = cutOff(cut, first);
      const next = plan(left);
      t.true(next.steps.length > 0);
      const after = carryOut(left, next);
      t.true(isWellIn(after));
      t.deepEqual(outcome(after).thins, outcome(end).thins);
      t.deepEqual(after.ownership, []);
      t.true(after.repair?.runs.some(({ isCopied }) => isCopied));
      // What was kept is kept: nobody writes over a copy that is whole, unless all else is done.
      const isKept = cut.repair?.runs[0]?.isCopied === true && !isWellIn(cut);
      t.is(next.owns.repairs?.directory, isKept ? FIRST.replace('-1', '-2') : FIRST);
    }
  });
}

test('a pool that came up well after a run that was cut off: what nobody looked at is said, what is known ill is mended', (t) => {
  const ending = (host: Host): string => plan(host).endings.done;
  const run = {
    directory: FIRST,
    isCopied: true,
    mendedPath: null,
    mendedOn: [],
    isMendedSound: false,
    filesystems: null,
  };
  const sound = { isSound: true, isFull: false };
  for (const well of [illLvmHost({}), illRawHost({})]) {
    const name = well.illness.files ? 'files' : 'docker-thinpool';
    const directory = FIRST.replace('docker-thinpool', name);
    const first = plan({ ...well, thinPools: failed(well).thinPools });
    const left = (more: object | null): Host => {
      const runs = more === null ? [] : [{ ...run, directory, check: null, ...more }];
      return cutOff({ ...well, repair: facts({ runs, loops: well.repair?.loops ?? [] }) }, first);
    };
    t.regex(ending(left(null)), /There is no copy, and nobody looked through its metadata/);
    t.regex(ending(left({})), /kept in .*-1\. But nobody looked through/);
    t.regex(ending(left({ check: sound })), /kept in .*-1\.$/);
    t.deepEqual(ids(plan(left({ check: sound }))), ['look']);
    const unsound = { check: { ...sound, isSound: false } };
    t.true(ids(plan(left(unsound))).includes('copy-metadata'));
    t.is(plan(left(unsound)).owns.repairs?.directory, directory.replace('-1', '-2'));
    t.deepEqual(ids(plan(left({ ...unsound, isMendedSound: true }))), ['look']);
    const full = { check: { ...sound, isFull: true } };
    t.is(ids(plan(left(full))).includes('copy-metadata'), name === 'files');
  }
});

test('cut off before its metadata grew, the next run has them grow', (t) => {
  const host = illLvmHost({ isFull: true, isFlagged: true });
  const first = plan(host);
  const cut = walk(host, first.steps).at(-2) as Host;
  const thinPools = cut.thinPools.map((pool) => {
    const status = pool.status as ThinPoolStatus;
    return { ...pool, status: { ...status, usedMetadataBlocks: status.totalMetadataBlocks - 1n, mode: 'rw' as const } };
  });
  t.deepEqual(ids(plan(cutOff({ ...cut, thinPools }, first))), ['grow-metadata']);
});

test('the unit that makes a pool on files at boot is written anew for new metadata, and stays where the old ones do', (t) => {
  const { unit } = filesBootUnit(filesPool({ dataSizeBytes: bytes(2n * GIB) }), ['containerd.service']);
  const named = (flags: { isSound?: boolean; isFlagged?: boolean }): IllHost => {
    const host = illRawHost(flags);
    const thinPools = host.thinPools.map((pool) => ({ ...pool, name: FILES_POOL }));
    return { ...host, thinPools, files: [...host.files, { path: unit.path, content: unit.content }] };
  };
  const unitOf = (host: Host): string => host.files.find(({ path }) => path === unit.path)?.content ?? '';
  const damaged = failed(named({ isSound: false }));
  const mended = carryOut(damaged, plan(damaged));
  t.regex(unitOf(mended), /attach \/var\/pool\/metadata\.repaired-1\)/);
  const flagged = named({ isFlagged: true });
  t.is(unitOf(carryOut(flagged, plan(flagged))), unit.content);
  t.false(ids(plan({ ...damaged, files: [] })).includes('boot-unit'));
  t.false(ids(plan(failed(illRawHost({ isSound: false })))).includes('boot-unit'));
});

test('where nobody asked about repairs nothing is known of them', (t) => {
  const host = { ...illLvmHost({}), repair: null };
  const directory = FIRST;
  for (const condition of [
    { is: 'metadata-copied', directory },
    { is: 'metadata-sound', directory },
    { is: 'loop-attached', device: '/dev/loop0', file: '/x' },
    { is: 'mended-sound', directory },
    { is: 'pool-writable', poolName: 'other' },
    { is: 'metadata-have-room', poolName: 'other' },
    { is: 'mended-attached', directory, path: '/x', device: '/dev/loop0' },
    { is: 'recorded-metadata-begin', poolName: 'other' },
    { is: 'shown-metadata-begin', device: '/dev/mapper/other' },
    { is: 'pool-present', poolName: 'other' },
    { is: 'kernel-metadata-holds', poolName: 'other', metadataBlocks: 1n },
    { is: 'volume-active', vg: 'docker', lv: 'other' },
  ] as const)
    t.false(holds(condition, host), condition.is);
  t.is(
    describeCondition(any({ is: 'docker-stopped' }, { is: 'containerd-runs' })),
    'docker stopped, or containerd runs',
  );
});
