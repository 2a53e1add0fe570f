import test from 'ava';
import { findingsOf } from '../../src/health/findings.ts';
import type { PoolReport } from '../../src/health/pool-report.ts';
import type { DmeventdState } from '../../src/model/pool-survey.ts';
import { bytes, GIB, MIB } from '../../src/units/quantity.ts';
import { poolReport, survey } from './surveys.ts';

// Findings one by one: their weight, what they say, and the command that helps.

const found = (facts: Partial<PoolReport>, dmeventd: DmeventdState = 'runs') =>
  findingsOf(poolReport(facts), survey({ dmeventd }), {});
const told = (facts: Partial<PoolReport>, dmeventd: DmeventdState = 'runs'): string[] =>
  found(facts, dmeventd).map(({ code, state, text, remedy }) => `${state} ${code}: ${text} -> ${remedy}`);
const usage = (usedPercent: number, totalBytes = bytes(10n * GIB)) => ({
  usedBytes: bytes((totalBytes * BigInt(usedPercent)) / 100n),
  totalBytes,
  usedPercent,
});
const rule = { thresholdPercent: 80, stepPercent: 5 };
const vg = { name: 'docker', sizeBytes: bytes(GIB), freeBytes: bytes(MIB), freePercent: 1 };
const fullVg = { ...vg, freeBytes: bytes(0) };

test('a held pool is told with the device to let go', (t) => {
  t.deepEqual(told({ suspended: true }), [
    'CRITICAL DM127: it is suspended: all that is sent to it waits -> dmsetup resume /dev/mapper/docker-thinpool',
  ]);
});

test('a pool of LVM’s that LVM does not find is not well, whatever the kernel says of it', (t) => {
  t.deepEqual(told({ isLostToLvm: true }), [
    "CRITICAL DM135: LVM made it, and does not find it any more: its disk can't be read, or is kept from LVM -> pvs --all; dmesg",
  ]);
});

test('a pool that does not write says why, as far as that is known', (t) => {
  const [check, why] = told({ mode: 'ro', needsCheck: true, cause: 'an error' });
  t.regex(check ?? '', /DM102: .* -> dmtool repair --pool docker\/thinpool$/);
  t.regex(why ?? '', /DM101: it is read-only: an error while its metadata were written \(an error\) -> dmtool repair/);
  t.deepEqual(told({ mode: 'ro', metadata: usage(100) }).slice(0, 1), [
    'CRITICAL DM101: it is read-only: its metadata are full -> dmtool resize --pool docker/thinpool --metadata +1G',
  ]);
  t.regex(told({ mode: 'ro', cause: 'words' })[0] ?? '', /it is read-only: words -> dmesg/);
  t.regex(told({ mode: 'ro' })[0] ?? '', /it is read-only: the kernel does not say why any more -> dmesg/);
  t.regex(
    told({ mode: 'fail', data: null, metadata: null, cause: 'words' })[0] ?? '',
    /serves no I\/O from it \(words\) -> dmtool repair --pool docker\/thinpool$/,
  );
  t.regex(told({ kind: 'raw', mode: 'ro', needsCheck: true, name: 'pool' })[0] ?? '', /-> dmtool repair --pool pool$/);
});

test('a full pool says what becomes of writes', (t) => {
  const full = { mode: 'out_of_data_space' } as const;
  t.deepEqual(told({ ...full, vg, shortage: { kind: 'waits', secondsLeft: 12 } }), [
    'CRITICAL DM113: it is out of data space: writes wait 12 s more, then they fail -> dmtool resize +100%FREE --pool docker/thinpool',
  ]);
  t.regex(
    told({ ...full, shortage: { kind: 'waits', secondsLeft: null } })[0] ?? '',
    /writes wait until there is some/,
  );
  const raw = { ...full, kind: 'raw', name: 'pool', data: usage(50) } as const;
  t.deepEqual(told({ ...raw, shortage: { kind: 'fails', waitedBefore: true } }), [
    'CRITICAL DM114: it is out of data space, and its time has run out: writes fail, and what was to be written is lost -> dmtool resize +2048M --pool pool',
  ]);
  t.regex(told({ ...raw, shortage: { kind: 'fails', waitedBefore: false } })[0] ?? '', /it was made so: writes fail/);
  t.regex(told({ ...raw, data: null, shortage: null })[0] ?? '', /DM114.*\+1M/);
});

test('an inactive pool that Docker is set to use is worse than one that nobody misses', (t) => {
  const off = { mode: 'inactive', data: null, metadata: null } as const;
  t.deepEqual(told(off), ['WARNING DM106: it is not active -> dmtool activate --pool docker/thinpool']);
  t.regex(
    told({ ...off, engine: 'Docker' })[0] ?? '',
    /^CRITICAL DM106: it is not active, and Docker is set to use it/,
  );
});

test('what makes a pool larger is a command for its kind and its room', (t) => {
  const remedy = (facts: Partial<PoolReport>) => found({ data: usage(95), ...facts })[0]?.remedy;
  t.is(remedy({ vg }), 'dmtool resize +100%FREE --pool docker/thinpool');
  t.is(remedy({ vg: fullVg }), 'dmtool resize --pool docker/thinpool --device /dev/NEW');
  t.is(remedy({ kind: 'raw', name: 'p' }), 'dmtool resize +2048M --pool p');
});

test("metadata are compared with the kernel's guideline and its limit", (t) => {
  const of = (data: bigint, metadata: bigint) =>
    told({ data: usage(1, bytes(data)), metadata: usage(1, bytes(metadata)), chunkSizeBytes: bytes(64n * 1024n) });
  t.deepEqual(of(10n * GIB, 8n * MIB), []);
  t.deepEqual(of(20n * GIB, 8n * MIB), [
    "INFO DM115: its metadata have 8 MiB; the kernel's guideline for data of that size is 15 MiB -> dmtool resize --pool docker/thinpool --metadata +1G",
  ]);
  t.regex(of(GIB, 16n * GIB)[0] ?? '', /^INFO DM116: its metadata have 16 GiB, and the kernel uses no more than/);
});

test('less than Docker asks for stops its containers', (t) => {
  const docker = { engine: 'Docker', minimumFreePercent: 25 } as const;
  t.deepEqual(told({ ...docker, data: usage(75) }), []);
  t.deepEqual(told({ ...docker, data: usage(76) }), [
    'CRITICAL DM117: less than 25 % of its data is free: Docker starts no container (dm.min_free_space) -> dmtool resize --pool docker/thinpool --device /dev/NEW',
  ]);
  const metadata = found({ ...docker, minimumFreePercent: 60, metadata: usage(50) });
  t.is(metadata[0]?.remedy, 'dmtool resize --pool docker/thinpool --metadata +1G');
  t.deepEqual(
    found({ ...docker, data: null, mode: 'inactive', metadata: null }).map(({ code }) => code),
    ['DM106'],
  );
});

test('each way in which auto-extension is dead has a name', (t) => {
  const codes = (facts: Partial<PoolReport>, dmeventd?: DmeventdState) =>
    found(facts, dmeventd).map(({ code, state }) => [code, state]);
  t.deepEqual(codes({ outlook: { kind: 'not-watched', rule } }), [['DM109', 'WARNING']]);
  t.deepEqual(codes({ outlook: { kind: 'not-watched', rule } }, 'absent'), [['DM121', 'WARNING']]);
  t.deepEqual(told({ outlook: { kind: 'not-watched', rule } }, 'silent'), [
    'WARNING DM136: dmeventd does not answer: LVM may not extend it -> kill -9 "$(cat /run/dmeventd.pid)" && vgchange --monitor y',
  ]);
  const off = { mode: 'inactive', data: null, metadata: null } as const;
  t.deepEqual(codes({ ...off, outlook: { kind: 'not-watched', rule } }), [['DM106', 'WARNING']]);
  t.deepEqual(codes({ outlook: { kind: 'off' }, profile: 'p' }), [['DM118', 'INFO']]);
  t.deepEqual(codes({ outlook: { kind: 'off' }, isOurs: true }), [['DM119', 'WARNING']]);
  const can = { kind: 'can', rule, times: 1, totalBytes: bytes(1) } as const;
  t.deepEqual(codes({ outlook: can, waterMark: { blocks: 200n, wantedBlocks: 200n, fits: true } }), []);
  t.regex(
    told({ outlook: can, waterMark: { blocks: 0n, wantedBlocks: 200n, fits: false } })[0] ?? '',
    /DM120: .* is not set/,
  );
  t.regex(
    told({ outlook: can, waterMark: { blocks: 9n, wantedBlocks: 200n, fits: false } })[0] ?? '',
    /DM120: .*was changed since/,
  );
  const noRoom = { kind: 'no-room', rule, stepBytes: bytes(GIB) } as const;
  t.deepEqual(codes({ outlook: noRoom, vg, waterMark: { blocks: 0n, wantedBlocks: 9n, fits: false } }), [
    ['DM108', 'INFO'],
    ['DM120', 'WARNING'],
  ]);
});

test('files and the filesystem under them', (t) => {
  const file = { path: '/f', sizeBytes: bytes(8n * GIB), allocatedBytes: bytes(GIB), freeBytes: bytes(7n * GIB) };
  const of = (facts: object) =>
    told({ kind: 'loop', devices: ['/f'], files: [{ ...file, totalBytes: bytes(10n * GIB), ...facts }] });
  t.is(of({}).length, 1);
  t.regex(of({})[0] ?? '', /^INFO DM122/);
  t.deepEqual(of({ freeBytes: bytes(3n * GIB) }).slice(1), [
    'INFO DM123: /f may take 7 GiB more, and its filesystem has 3 GiB (70 % full) -> df -h /f',
  ]);
  t.regex(of({ freeBytes: bytes(GIB), totalBytes: bytes(8n * GIB) })[1] ?? '', /^WARNING DM123/);
  t.regex(of({ freeBytes: bytes(0) })[1] ?? '', /^CRITICAL DM123/);
  t.is(found({ kind: 'loop' })[0]?.facts['data'], null);
});

test('discards that do not go all the way', (t) => {
  t.is(found({ discards: 'ignored' })[0]?.remedy, 'lvchange --discards passdown docker/thinpool');
  t.is(found({ discards: 'ignored', kind: 'raw' })[0]?.remedy, 'dmsetup table /dev/mapper/docker-thinpool');
  t.deepEqual(found({ discards: 'kept' }), []);
  t.regex(told({ discards: 'kept', kind: 'loop' })[1] ?? '', /^INFO DM125/);
});
