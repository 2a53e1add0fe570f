import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { MAX_METADATA_BYTES, metadataGuidelineBytes } from '../../src/model/pool-metadata.ts';
import { planSetup } from '../../src/plan/setup.ts';
import { type Room, sizePool } from '../../src/plan/sizing.ts';
import type { PoolSummary } from '../../src/plan/step.ts';
import { bytes, extents, GIB, KIB, MIB, TIB } from '../../src/units/quantity.ts';
import { blankHost, disk, wish } from './hosts.ts';
import { anywhere, diskSize, onDevices } from './situations.ts';

const room = (count: bigint, facts: Partial<Room> = {}): Room => ({
  extentSizeBytes: bytes(4n * MIB),
  baseExtents: extents(count),
  freeExtents: extents(count),
  spareExtents: extents(0),
  ...facts,
});
const wanted = {
  data: { kind: 'percent', percent: 95 },
  metadata: { kind: 'percent', percent: 1 },
  chunkSizeBytes: bytes(512n * KIB),
  headroomStepPercent: null,
} as const;
const size = (sizeBytes: bigint) => ({ kind: 'size', sizeBytes: bytes(sizeBytes) }) as const;

test("the documents' numbers cut 255 extents into 242 + 2 + a spare of 2, and leave 9", (t) => {
  t.deepEqual(sizePool(room(255n), wanted), {
    dataExtents: extents(242),
    metadataExtents: extents(2),
    freeExtents: extents(9),
  });
});

test('on a small disk data gives way to the smallest metadata and its spare', (t) => {
  t.deepEqual(sizePool(room(15n), wanted), {
    dataExtents: extents(13),
    metadataExtents: extents(1),
    freeExtents: extents(0),
  });
});

test('a spare that is there already takes no more room, and a smaller one only what it lacks', (t) => {
  const data = size(900n * 4n * MIB);
  const metadata = size(40n * MIB);
  const free = (spareExtents: bigint) =>
    sizePool(room(1000n, { spareExtents: extents(spareExtents) }), { ...wanted, data, metadata });
  t.like(free(0n), { freeExtents: 80n });
  t.like(free(4n), { freeExtents: 84n });
  t.like(free(10n), { freeExtents: 90n });
  t.like(free(99n), { freeExtents: 90n });
});

test('metadata stays within what the kernel and LVM can use', (t) => {
  t.like(sizePool(room((4n * TIB) / (4n * MIB)), wanted), { metadataExtents: MAX_METADATA_BYTES / (4n * MIB) });
  t.like(sizePool(room(1000n), { ...wanted, metadata: size(MIB) }), { metadataExtents: 1n });
  t.like(sizePool(room(8192n, { extentSizeBytes: bytes(MIB) }), { ...wanted, metadata: size(KIB) }), {
    metadataExtents: 2n,
  });
});

test('a size that does not fit is refused in words that name all parts', (t) => {
  const answer = sizePool(room(100n), { ...wanted, data: size(400n * MIB) });
  t.is(answer, "data 400 MiB + metadata 4 MiB + LVM's spare metadata (as large) do not fit into 400 MiB of free space");
  t.is(typeof sizePool(room(100n), { ...wanted, data: { kind: 'percent', percent: 100 } }), 'string');
});

test('data smaller than a chunk is refused', (t) => {
  const answer = sizePool(room(100n), { ...wanted, chunkSizeBytes: bytes(GIB) });
  t.regex(String(answer), /^data 1 GiB \+/);
});

test('room for a whole step is kept when it is asked for', (t) => {
  t.deepEqual(sizePool(room(255n), { ...wanted, headroomStepPercent: 20 }), {
    dataExtents: extents(209),
    metadataExtents: extents(2),
    freeExtents: extents(42),
  });
  const half = { ...wanted, data: { kind: 'percent', percent: 50 }, headroomStepPercent: 20 } as const;
  t.like(sizePool(room(255n), half), { dataExtents: 127n });
});

test("metadata's guideline is 48 bytes a block, and 2 MiB at least", (t) => {
  t.is(metadataGuidelineBytes(bytes(GIB), bytes(512n * KIB)), bytes(2n * MIB));
  t.is(metadataGuidelineBytes(bytes(TIB), bytes(64n * KIB)), bytes(768n * MIB));
});

const planned = (
  situation: fc.Arbitrary<{ host: Parameters<typeof planSetup>[0]; intent: Parameters<typeof planSetup>[1] }>,
) => situation.map(({ host, intent }) => ({ host, intent, result: planSetup(host, intent) }));

test('a plan never takes more than is free, nor more metadata than LVM can use; if it would, there is no room', (t) => {
  fc.assert(
    fc.property(planned(anywhere), ({ host, result }) => {
      if (result.kind === 'refused') {
        assert.deepEqual(
          result.refusals.map(({ code }) => code),
          ['no-room'],
        );
        return;
      }
      const { dataSizeBytes, metadataSizeBytes, freeBytes, vgSizeBytes } = result.plan.summary as PoolSummary;
      const [vg] = host.volumeGroups;
      const hasSpare = vg?.logicalVolumes.some(({ name }) => name === 'lvol0_pmspare') === true;
      const room = vg ? vg.freeExtents * vg.extentSizeBytes : vgSizeBytes;
      const taken = dataSizeBytes + metadataSizeBytes * (hasSpare ? 1n : 2n);
      assert.ok(metadataSizeBytes <= MAX_METADATA_BYTES && metadataSizeBytes >= 2n * MIB);
      assert.ok(freeBytes >= 0n);
      assert.equal(taken + freeBytes, room);
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('the defaults never refuse a disk of 64 MiB or more', (t) => {
  fc.assert(
    fc.property(diskSize, fc.boolean(), (sizeBytes, headroom) => {
      assert.equal(planSetup(blankHost([disk('/dev/sdb', sizeBytes)]), wish({ headroom })).kind, 'ready');
    }),
    { numRuns: 500 },
  );
  t.pass();
});

const growth = ({ autoextend, freeBytes }: PoolSummary) => ({ ...autoextend, freeBytes });

test('the step that is chosen by itself really fits', (t) => {
  fc.assert(
    fc.property(planned(onDevices), ({ intent, result }) => {
      if (result.kind === 'refused' || intent.autoextendPercent !== undefined) return;
      const { stepPercent, times, firstStepBytes, totalBytes, freeBytes } = growth(result.plan.summary as PoolSummary);
      assert.ok(stepPercent <= 20 && totalBytes <= freeBytes);
      if (stepPercent > 0) assert.ok(times >= 1 && firstStepBytes <= freeBytes);
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('headroom leaves room for a whole step, of 20 % or of what was asked', (t) => {
  const withHeadroom = anywhere.map(({ host, intent: { data, ...intent } }) => ({
    host,
    intent: { ...intent, headroom: true },
  }));
  fc.assert(
    fc.property(planned(withHeadroom), ({ intent, result }) => {
      if (result.kind === 'refused') return;
      const { stepPercent, times } = growth(result.plan.summary as PoolSummary);
      assert.equal(stepPercent, intent.autoextendPercent ?? 20);
      assert.ok(times >= 1);
    }),
    { numRuns: 300 },
  );
  t.pass();
});
