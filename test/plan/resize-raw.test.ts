import test from 'ava';
import fc from 'fast-check';
import type { Host } from '../../src/model/host.ts';
import type { ResizeIntent } from '../../src/model/intent.ts';
import { planResize } from '../../src/plan/resize.ts';
import { resizeRecordName } from '../../src/plan/resize-new-devices.ts';
import type { Plan } from '../../src/plan/step.ts';
import { shellAction } from '../../src/report/script.ts';
import { parseRawPools, RAW_POOLS_PATH } from '../../src/tools/raw-pools.ts';
import { bytes, GIB, MIB } from '../../src/units/quantity.ts';
import { dockerFacts } from './docker-hosts.ts';
import { carryOut, ready, walk } from './docker-runs.ts';
import { blockDevice, by, growthWish, loopDevice, loopFile, loopHost, to } from './growing-hosts.ts';
import { disk } from './hosts.ts';

const plan = (host: Host, wish: Partial<ResizeIntent>): Plan => ready(planResize(host, growthWish(wish)));
const refusals = (host: Host, wish: Partial<ResizeIntent>): [string, string, string][] => {
  const planned = planResize(host, growthWish(wish));
  return planned.kind === 'refused' ? planned.refusals.map(({ code, reason, remedy }) => [code, reason, remedy]) : [];
};
const codes = (host: Host, wish: Partial<ResizeIntent>): string[] => refusals(host, wish).map(([code]) => code);
const commands = ({ steps }: Plan): string[] => steps.map((step) => shellAction(step.do).split('\n')[0] as string);

test('a file is made longer, its loop device sees it, and the live table changes in its length alone', (t) => {
  const host = loopHost();
  const grown = plan(host, { data: to(4n * GIB) });
  t.deepEqual(commands(grown), [
    'truncate --no-create --size=4294967296 -- /var/lib/docker/data',
    'losetup --set-capacity /dev/loop0',
    "dmsetup load --table '0 8388608 thin-pool 7:1 7:0 128 200 1 skip_block_zeroing' -- docker-8:1-77-pool",
  ]);
  const after = carryOut(host, grown);
  t.deepEqual(plan(after, { data: to(4n * GIB) }).steps, []);
  t.deepEqual(commands(plan(after, {})), []);
});

test("the documents' own numbers: 100 GB to 200 GB, 209715200 to 419430400 sectors", (t) => {
  const data = loopDevice(0, loopFile('/var/lib/docker/data', 100n * GIB));
  const metadata = loopDevice(1, loopFile('/var/lib/docker/metadata', 2n * GIB));
  const host = loopHost({ data, metadata });
  const { steps } = plan(host, { data: to(200n * GIB) });
  const reload = steps.at(-1)?.do;
  t.regex(reload?.kind === 'reload-table' ? reload.formerTable : '', /^0 209715200 /);
  t.regex(reload?.kind === 'reload-table' ? reload.table : '', /^0 419430400 /);
});

test('what somebody began by hand is gone on with, and one freeze is enough for data and metadata', (t) => {
  const data = loopDevice(0, loopFile('/d', 4n * GIB), { sizeBytes: bytes(2n * GIB) });
  const half = loopHost({ data });
  t.deepEqual(
    commands(plan(half, {})).map((line) => line.split(' ')[0]),
    ['losetup', 'dmsetup'],
  );
  const both = plan(loopHost(), { data: by(2n * GIB), metadata: by(64n * MIB) });
  t.deepEqual(
    both.steps.map(({ id }) => id.split(':')[0]),
    ['truncate', 'set-capacity', 'truncate', 'set-capacity', 'reload-table'],
  );
  const metadataAlone = plan(loopHost(), { metadata: to(128n * MIB) });
  t.regex(metadataAlone.steps.at(-1)?.title ?? '', /larger metadata/);
});

test('a table ends with a whole block, and a file with a whole sector', (t) => {
  const { steps } = plan(loopHost(), { data: to(3n * GIB + 70_001n) });
  t.regex(shellAction(steps[0]?.do as never), /--size=3221295104 /);
  const reload = steps.at(-1)?.do;
  t.regex(reload?.kind === 'reload-table' ? reload.table : '', /^0 6291584 /);
});

test('a table that ends within a block stays as it is, as long as nobody wants more', (t) => {
  const host = loopHost({ table: { lengthSectors: 4_194_303n as never }, status: { totalDataBlocks: 32_767n } });
  t.deepEqual(codes(host, { data: to(2n * GIB - 512n) }), []);
  const { steps } = plan(host, { data: to(2n * GIB - 512n), metadata: to(128n * MIB) });
  const reload = steps.at(-1)?.do;
  t.regex(reload?.kind === 'reload-table' ? reload.table : '', /^0 4194303 /);
});

test('a block device has what it has', (t) => {
  const data = blockDevice('8:16', '/dev/sdb', 10n * GIB);
  const metadata = blockDevice('8:32', '/dev/sdc', GIB);
  const host = loopHost({
    data,
    metadata,
    table: { lengthSectors: ((4n * GIB) / 512n) as never },
    status: { totalDataBlocks: 65536n },
  });
  t.deepEqual(
    commands(plan(host, {})).map((line) => line.split(' ')[0]),
    ['dmsetup'],
  );
  t.deepEqual(refusals(host, { data: to(11n * GIB) }), [
    [
      'no-room',
      'its data device has 10 GiB, and 11 GiB are wanted',
      'make /dev/sdb larger first, or ask for 10 GiB at most',
    ],
  ]);
  t.deepEqual(codes(host, { metadata: to(2n * GIB) }), ['no-room']);
});

test('metadata whose device has grown count as what the kernel has of them, and the whole device is taken', (t) => {
  const metadata = blockDevice('8:32', '/dev/sdc', 96n * MIB);
  const host = loopHost({ metadata, status: { totalMetadataBlocks: (64n * MIB) / 4096n } });
  const grown = plan(host, { metadata: by(32n * MIB) });
  t.deepEqual(
    grown.steps.map(({ id }) => id),
    ['reload-table'],
  );
  t.is(grown.notes[0]?.lines[1], 'metadata  64 MiB -> 96 MiB, on /dev/sdc');
  t.deepEqual(carryOut(host, grown).thinPools, carryOut(host, plan(host, {})).thinPools);
  t.deepEqual(refusals(host, { metadata: to(80n * MIB) }), [
    [
      'smaller',
      'its metadata device has 96 MiB, and the kernel takes all of it',
      'leave --metadata out, or ask for 96 MiB',
    ],
  ]);
  t.deepEqual(codes(host, { metadata: by(64n * MIB) }), ['no-room']);
  const huge = blockDevice('8:32', '/dev/sdc', 20n * GIB);
  const full = loopHost({ metadata: huge, status: { totalMetadataBlocks: 33_292_800n / 8n } });
  t.is(plan(full, { data: to(2n * GIB) }).notes[0]?.lines[1], 'metadata  20 GiB, on /dev/sdc');
});

test('nothing shrinks, and metadata have their bounds', (t) => {
  t.deepEqual(codes(loopHost(), { data: to(GIB) }), ['smaller']);
  t.deepEqual(codes(loopHost(), { metadata: to(MIB) }), ['smaller']);
  t.deepEqual(codes(loopHost(), { metadata: to(16n * GIB) }), ['metadata-too-large']);
  t.deepEqual(
    refusals(loopHost(), { data: to(400n * GIB) }).map(([code, , remedy]) => [code, remedy]),
    [['metadata-too-small', '--metadata 300m']],
  );
  t.deepEqual(codes(loopHost(), { data: to(400n * GIB), metadata: to(300n * MIB) }), []);
});

test('a VG is not there to take from, nor to give to', (t) => {
  t.deepEqual(codes(loopHost(), { data: { kind: 'free-share', percent: 100 } }), ['no-vg']);
  t.deepEqual(codes(loopHost(), { metadata: { kind: 'free-share', percent: 100 } }), ['no-vg']);
  t.deepEqual(codes(loopHost({ host: { devices: [disk('/dev/sdz', GIB)] } }), { data: to(4n * GIB) }), ['no-vg']);
});

test('a file that is not the one any more, or that was cut to a size, is not touched', (t) => {
  const gone = loopDevice(0, loopFile('/d', 2n * GIB, { isThere: false }));
  t.deepEqual(codes(loopHost({ data: gone }), { data: to(4n * GIB) }), ['file-gone']);
  const limited = loopDevice(0, loopFile('/d', 2n * GIB, { sizeLimitBytes: bytes(2n * GIB) }));
  t.deepEqual(codes(loopHost({ data: limited }), { data: to(4n * GIB) }), ['no-room']);
});

test('a file that promises more than its filesystem holds is named, and not refused', (t) => {
  const poor = loopDevice(0, loopFile('/d', 2n * GIB, { freeBytes: bytes(GIB) }));
  const { notes } = plan(loopHost({ data: poor }), { data: to(4n * GIB) });
  t.regex(notes[1]?.lines[0] ?? '', /^\/d: up to 3.8 GiB more; its filesystem has 1 GiB left$/);
  t.is(plan(loopHost(), { data: to(4n * GIB) }).notes.length, 1);
});

test('wherever a run was cut off, the next one ends where it would have ended', (t) => {
  fc.assert(
    fc.property(fc.bigInt(2n, 200n), fc.bigInt(160n, 512n), (dataGib, metadataMib) => {
      const host = loopHost();
      const wish = { data: to(dataGib * GIB), metadata: to(metadataMib * MIB) };
      const whole = plan(host, wish);
      const end = carryOut(host, whole);
      for (const cut of walk(host, whole.steps)) {
        const unfinished = { ...cut, ownership: [whole.owns] };
        t.deepEqual(carryOut(unfinished, plan(unfinished, wish)), end);
      }
      t.deepEqual(plan(end, wish).steps, []);
    }),
    { numRuns: 40 },
  );
});

test('Docker is to say the same, where it is on this pool', (t) => {
  const running = (poolName: string): Host => {
    const info = {
      driver: 'devicemapper',
      driverStatus: { 'Pool Name': poolName },
      dataRoot: '/d',
      liveRestore: false,
      swarm: false,
    };
    return loopHost({ host: { docker: dockerFacts({ info }) } });
  };
  const said = (host: Host, wish: Partial<ResizeIntent>): unknown[] =>
    plan(host, wish).steps.flatMap(({ expect }) =>
      expect.flatMap((each) => (each.is === 'docker-info' ? [[each.name, each.value]] : [])),
    );
  const own = running('docker-8:1-77-pool');
  t.deepEqual(said(own, { data: to(4n * GIB) }), [['Data Space Total', '4.295GB']]);
  t.deepEqual(said(own, { metadata: to(128n * MIB) }), [
    ['Data Space Total', '2.147GB'],
    ['Metadata Space Total', '134.2MB'],
  ]);
  t.deepEqual(said(running('another'), { data: to(4n * GIB) }), []);
});

test('a run that was killed after its last step is looked at once more, and closed', (t) => {
  const host = loopHost({
    host: { ownership: [{ name: resizeRecordName('docker-8:1-77-pool'), pool: null, docker: null }] },
  });
  const { steps } = plan(host, { data: to(2n * GIB) });
  t.deepEqual(
    steps.map(({ id }) => id),
    ['look'],
  );
  t.deepEqual(carryOut(host, plan(host, { data: to(2n * GIB) })).ownership, []);
});

test('how a pool is made is written down when it grows, with the others; Docker makes its own anew', (t) => {
  const named = (facts: Partial<Host> = {}): Host => {
    const host = loopHost({ host: facts });
    return { ...host, thinPools: host.thinPools.map((pool) => ({ ...pool, name: 'files' })) };
  };
  const recordIn = ({ steps }: Plan) => steps.find(({ id }) => id === 'record');
  const growing = (host: Host): Plan => plan(host, { data: to(4n * GIB) });
  t.is(recordIn(growing(loopHost())), undefined);
  const lost = loopDevice(1, loopFile('/m', 64n * MIB, { isThere: false }));
  t.is(recordIn(growing(loopHost({ metadata: lost, pool: { name: 'files' } }))), undefined);
  const host = named();
  const grown = growing(host);
  // The kernel has no use for a table that is shorter than what the pool's metadata know of.
  t.deepEqual(
    grown.steps.slice(-2).map(({ id }) => id),
    ['record', 'reload-table'],
  );
  const { do: record, undo } = recordIn(grown) as (typeof grown.steps)[0];
  const written = record.kind === 'write-file' ? record.content : '';
  t.deepEqual(
    parseRawPools(written).map(({ name, table, data }) => [name, table.lengthSectors, data.path]),
    [['files', 8_388_608n, '/var/lib/docker/data']] as never,
  );
  t.deepEqual(undo[0]?.do, { kind: 'remove-file', path: RAW_POOLS_PATH });
  t.deepEqual(plan(host, { data: to(2n * GIB) }).steps, []);
  // Killed right before it was written down, and by somebody who took it out again.
  const before = walk(host, grown.steps.slice(0, -2)).at(-1) as Host;
  const after = carryOut(host, grown);
  for (const [cut, ids] of [
    [before, ['record', 'reload-table']],
    [after, []],
    [{ ...after, files: [], rawPools: [] }, ['record']],
  ] as const)
    t.deepEqual(
      growing({ ...cut, ownership: [grown.owns] }).steps.map(({ id }) => id),
      ids.length > 0 ? [...ids] : ['look'],
    );
  const [other] = parseRawPools(written.replace('"files"', '"other"'));
  const kept = { path: RAW_POOLS_PATH, content: written };
  const beside = recordIn(growing(named({ rawPools: [other as never], files: [kept] })));
  const both = beside?.do.kind === 'write-file' ? beside.do.content : '';
  t.deepEqual(
    parseRawPools(both).map(({ name }) => name),
    ['other', 'files'],
  );
  t.deepEqual(beside?.undo[0]?.do, { kind: 'write-file', ...kept, mode: 0o600 });
  const disks = { data: blockDevice('8:16', '/dev/sdb', 10n * GIB), metadata: blockDevice('8:32', '/dev/sdc', GIB) };
  const size = { table: { lengthSectors: ((4n * GIB) / 512n) as never }, status: { totalDataBlocks: 65536n } };
  const raw = recordIn(plan(loopHost({ ...disks, ...size, pool: { name: 'disks' } }), {}))?.do;
  t.regex(raw?.kind === 'write-file' ? raw.content : '', /"path": "\/dev\/disk\/by-id\/of-8:16",\s+"loop": null/);
});
