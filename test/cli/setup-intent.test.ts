import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { type SetupFlags, setupIntent } from '../../src/cli/setup-intent.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import type { SetupIntent } from '../../src/model/intent.ts';
import { bytes, GIB, KIB, MIB } from '../../src/units/quantity.ts';

const plain: SetupFlags = { device: ['/dev/sdb'], pool: 'thinpool', headroom: false, wipe: false };
const read = (flags: Partial<SetupFlags> = {}) => setupIntent({ ...plain, ...flags }, 'template');

test('a pool of whose name LVM or the kernel would refuse a part is refused', (t) => {
  for (const flags of [{ pool: 'data_t' }, { vg: 'v'.repeat(120) }])
    t.throws(() => read(flags), { instanceOf: UsageError, message: /^--vg "\w+" and --pool "\w+": / });
});

test('a device alone is enough: everything else is left to the planner', (t) => {
  const { newPvUuids, ...intent } = read();
  t.deepEqual(intent, {
    vg: 'docker',
    pool: 'thinpool',
    source: { kind: 'devices' },
    headroom: false,
    wipe: false,
    profileTemplate: 'template',
  });
  t.is(newPvUuids.length, 1);
});

test('a number without a unit is bytes, and no size of anything where it is small', (t) => {
  t.throws(() => read({ 'data-size': '10' }), {
    message: '--data-size "10": without a unit these are bytes; did you mean 10G?',
  });
  t.like(read({ 'data-size': '1073741824' }), { data: { kind: 'size', sizeBytes: GIB } });
});

test('a VG alone means its free space', (t) => {
  const intent = read({ device: undefined, vg: 'system' });
  t.like(intent, { vg: 'system', source: { kind: 'free-space' } });
  t.deepEqual(intent.newPvUuids, []);
});

test('every flag arrives where it belongs', (t) => {
  const intent = read({
    'data-percent': '90%',
    'metadata-size': '64M',
    'chunk-size': '512K',
    'autoextend-threshold': '80',
    'autoextend-percent': '20%',
    headroom: true,
    wipe: true,
  });
  t.like(intent, { chunkSizeBytes: bytes(512n * KIB), autoextendThreshold: 80, autoextendPercent: 20 });
  t.deepEqual(intent.data, { kind: 'percent', percent: 90 });
  t.deepEqual(intent.metadata, { kind: 'size', sizeBytes: bytes(64n * MIB) });
  t.like(intent, { headroom: true, wipe: true });
  t.deepEqual(read({ 'data-size': '100G', 'metadata-percent': '0.5' }).data, {
    kind: 'size',
    sizeBytes: bytes(100n * GIB),
  });
});

test("each device gets a UUID of its own, in LVM's form", (t) => {
  const uuids = read({ device: ['a', 'b', 'c'] }).newPvUuids;
  t.is(new Set(uuids).size, 3);
  for (const uuid of uuids) t.regex(uuid, /^\w{6}(?:-\w{4}){5}-\w{6}$/);
});

const wrong: readonly [Partial<SetupFlags>, RegExp][] = [
  [{ device: undefined }, /--device.*--vg/],
  [{ device: [], vg: undefined }, /--device.*--vg/],
  [{ device: ['/dev/sdb', ''] }, /--device is empty/],
  [{ device: undefined, vg: 'system', wipe: true }, /--wipe goes with --device/],
  [{ headroom: true, 'data-size': '1G' }, /--headroom.*--data-size/],
  [{ vg: '-x' }, /^--vg "-x": LVM allows/],
  [{ vg: '' }, /^--vg "": LVM allows/],
  [{ pool: 'a b' }, /^--pool "a b": LVM allows/],
  [{ pool: 'snapshot1' }, /^--pool "snapshot1": LVM keeps/],
  [{ 'data-size': '1G', 'data-percent': '5' }, /--data-size and --data-percent/],
  [{ 'metadata-size': '1G', 'metadata-percent': '5' }, /--metadata-size and --metadata-percent/],
  [{ 'data-size': '0' }, /^--data-size "0": it takes a size/],
  [{ 'metadata-size': '1 banana' }, /^--metadata-size "1 banana"/],
  [{ 'data-percent': '0' }, /^--data-percent "0"/],
  [{ 'data-percent': '101' }, /^--data-percent "101"/],
  [{ 'metadata-percent': 'x' }, /^--metadata-percent "x"/],
  [{ 'chunk-size': '63K' }, /^--chunk-size "63K": it takes 64K to 1G/],
  [{ 'chunk-size': '2G' }, /^--chunk-size "2G"/],
  [{ 'chunk-size': '100K' }, /^--chunk-size "100K".*multiple of 64K/],
  [{ 'chunk-size': 'x' }, /^--chunk-size "x": it takes a size/],
  [{ 'autoextend-threshold': '49' }, /^--autoextend-threshold "49".*from 50 to 100/],
  [{ 'autoextend-threshold': '101' }, /^--autoextend-threshold "101"/],
  [{ 'autoextend-threshold': '80.5' }, /^--autoextend-threshold "80.5"/],
  [{ 'autoextend-percent': '0' }, /^--autoextend-percent "0".*from 1 to 100/],
  [{ 'autoextend-percent': '-5' }, /^--autoextend-percent "-5"/],
];

for (const [flags, message] of wrong) {
  test(`a usage error says what is wrong with ${JSON.stringify(flags)}`, (t) => {
    t.throws(() => read(flags), { instanceOf: UsageError, message });
  });
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '../../etc',
    '-',
    '--',
    '$(reboot)',
    ';',
    '\0',
    '1e9',
    '0x1',
    'Infinity',
    'NaN',
    '９',
  ),
  fc.stringMatching(/^[-+]?\d{0,22}[.,]?\d{0,8} ?[a-zA-Z%]{0,3}$/),
);
const valueFlags = [
  'vg',
  'pool',
  'data-percent',
  'data-size',
  'metadata-percent',
  'metadata-size',
  'chunk-size',
  'autoextend-threshold',
  'autoextend-percent',
] as const;

test('whatever is typed is taken, or refused by a usage error that names the flag and what was typed', (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...valueFlags), hostile, (flag, value) => {
      try {
        read({ [flag]: value });
      } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
        assert.ok(error.message.startsWith(`--${flag} "${value}": `), error.message);
      }
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

test('whatever is taken is within what LVM and the kernel take', (t) => {
  const flags = fc.record(Object.fromEntries(valueFlags.map((flag) => [flag, hostile])), {
    requiredKeys: [],
    noNullPrototype: true,
  });
  const plausible = fc.oneof(
    flags,
    fc.record({ 'chunk-size': fc.integer({ min: 1, max: 70_000 }).map((count) => `${count * 16}K`) }),
  );
  fc.assert(
    fc.property(plausible, (each) => {
      const intent = readOrNull(each);
      if (intent === null) return;
      const {
        chunkSizeBytes: chunk = 64n * KIB,
        autoextendThreshold = 80,
        autoextendPercent = 20,
        data,
        metadata,
      } = intent;
      assert.ok(chunk >= 64n * KIB && chunk <= GIB && chunk % (64n * KIB) === 0n);
      assert.ok(autoextendThreshold >= 50 && autoextendThreshold <= 100);
      assert.ok(autoextendPercent >= 1 && autoextendPercent <= 100);
      for (const amount of [data, metadata].filter((part) => part !== undefined)) {
        const count = amount.kind === 'percent' ? amount.percent : amount.sizeBytes;
        assert.ok(count > 0 && (amount.kind === 'size' || count <= 100));
      }
    }),
    { numRuns: 500 },
  );
  t.pass();
});

function readOrNull(flags: Partial<SetupFlags>): SetupIntent | null {
  try {
    return read(flags);
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}
