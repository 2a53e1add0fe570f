import fc from 'fast-check';
import type { BlockDevice } from '../../src/model/device.ts';
import type { Host } from '../../src/model/host.ts';
import type { Amount, SetupIntent } from '../../src/model/intent.ts';
import { bytes, extents, KIB, MIB, TIB } from '../../src/units/quantity.ts';
import {
  blankHost,
  disk,
  freeSpaceWish,
  logicalVolume,
  PROFILE_PATH,
  thinPool,
  volumeGroup,
  wish,
  writtenDisk,
} from './hosts.ts';

/** A host, and what is asked of it. */
export interface Situation {
  host: Host;
  intent: SetupIntent;
}

/** Small disks, large ones and odd ones alike: as many from each doubling, in whole sectors. */
const sizeBetween = (leastPower: number, mostPower: number): fc.Arbitrary<bigint> =>
  fc
    .tuple(fc.integer({ min: leastPower, max: mostPower - 1 }), fc.bigInt({ min: 0n, max: 2n ** 30n }))
    .map(([power, share]) => ((2n ** BigInt(power) * (2n ** 30n + share)) / 2n ** 30n / 512n) * 512n);

const FROM_64_MIB = 26;
const TO_16_TIB = 44;

export const diskSize = fc.oneof(sizeBetween(FROM_64_MIB, TO_16_TIB), fc.constantFrom(64n * MIB, 16n * TIB));

const percent = fc.integer({ min: 1, max: 10_000 }).map((hundredths) => hundredths / 100);
const amount: fc.Arbitrary<Amount> = fc.oneof(
  percent.map((each) => ({ kind: 'percent' as const, percent: each })),
  sizeBetween(20, TO_16_TIB).map((size) => ({ kind: 'size' as const, sizeBytes: bytes(size) })),
);
const chunkSizeBytes = fc.oneof(
  fc.integer({ min: 1, max: 16 }).map((count) => bytes(64n * KIB * BigInt(count))),
  fc.integer({ min: 1, max: 16_384 }).map((count) => bytes(64n * KIB * BigInt(count))),
);

/** Every wish that the command lets through. */
const wishes: fc.Arbitrary<Partial<SetupIntent>> = fc
  .record(
    {
      data: amount,
      metadata: amount,
      chunkSizeBytes,
      autoextendThreshold: fc.integer({ min: 50, max: 100 }),
      autoextendPercent: fc.integer({ min: 1, max: 100 }),
      headroom: fc.boolean(),
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  .map((facts) => (facts.data?.kind === 'size' ? { ...facts, headroom: false } : facts));

const devices: fc.Arbitrary<BlockDevice[]> = fc
  .array(fc.tuple(diskSize, fc.boolean()), { minLength: 1, maxLength: 3 })
  .map((sizes) =>
    sizes.map(([size, written], index) => {
      const path = `/dev/sd${'bcd'.charAt(index)}`;
      return written ? writtenDisk(path, size) : disk(path, size);
    }),
  );

const settings = fc.record(
  { monitoring: fc.boolean(), thinCheckExecutable: fc.constantFrom('', '/usr/sbin/thin_check') },
  { noNullPrototype: true },
);

/** Disks for a VG of their own. */
export const onDevices: fc.Arbitrary<Situation> = fc.tuple(devices, wishes, settings).map(([found, facts, lvm]) => ({
  host: { ...blankHost(found), lvm: { ...blankHost([]).lvm, ...lvm } },
  intent: wish({ ...facts, wipe: true }),
}));

/** A VG of somebody else with free space, with and without a pool of theirs. */
export const inFreeSpace: fc.Arbitrary<Situation> = fc
  .record({
    extentPower: fc.integer({ min: 20, max: 26 }),
    free: fc.bigInt({ min: 8n, max: 2n ** 22n }),
    hasPool: fc.boolean(),
    facts: wishes,
  })
  .map(({ extentPower, free, hasPool, facts }) => {
    const extentSizeBytes = bytes(2n ** BigInt(extentPower));
    const sized = (count: bigint) => ({ sizeBytes: bytes(count * extentSizeBytes) });
    // As much as any pool needs, so that it never grows: LVM does not take such growth back.
    const spareExtents = (16n * 2n ** 30n) / extentSizeBytes;
    const theirs = hasPool
      ? [
          thinPool('theirs', 0n, 0n, sized(10n)),
          logicalVolume('lvol0_pmspare', 0n, { ...sized(spareExtents), active: false }),
        ]
      : [];
    const logicalVolumes = [logicalVolume('root', 0n, sized(5n)), ...theirs];
    const count = { extentCount: extents(free + 5n + (hasPool ? 12n + spareExtents : 0n)), freeExtents: extents(free) };
    const vg = volumeGroup('system', { extentSizeBytes, ...count, logicalVolumes });
    const files = [{ path: PROFILE_PATH.replace('docker', 'system'), content: null }];
    return { host: blankHost([], { volumeGroups: [vg], files }), intent: freeSpaceWish(facts) };
  });

export const anywhere: fc.Arbitrary<Situation> = fc.oneof(onDevices, inFreeSpace);
