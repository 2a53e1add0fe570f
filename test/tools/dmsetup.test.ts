import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { ThinPoolTable } from '../../src/model/thin-pool.ts';
import {
  formatThinPoolTable,
  loadTable,
  parseFailedThins,
  parseThinPoolStatus,
  parseThinPools,
  parseThinPoolTable,
  parseThinTables,
  resumeDevice,
  statusCommand,
  tableCommand,
  thinTableCommand,
} from '../../src/tools/dmsetup.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { sectors } from '../../src/units/quantity.ts';
import { corrupted } from './corrupt.ts';
import { recorded, recordedCases } from './recorded.ts';

const [tables, statuses] = ['table', 'status'].map((kind) => (name: string) => recorded('dmsetup', `${name}.${kind}`));
const pools = (name: string) =>
  (tables?.(name) ?? []).map((table, index) => parseThinPools(table, statuses?.(name)[index] as string));

test('the status is asked for without a flush, which could hang for good', (t) => {
  t.true(statusCommand().includes('--noflush'));
  t.deepEqual(tableCommand().slice(0, 2), ['dmsetup', 'table']);
});

test('a host without thin pools has none', (t) => {
  for (const seen of [...pools('blank-host'), ...pools('inactive-pool')]) t.deepEqual(seen, []);
});

test("LVM's pool is read in full", (t) => {
  for (const seen of pools('finished-pool')) {
    t.like(seen, {
      length: 1,
      0: {
        name: 'docker-thinpool',
        table: { lengthSectors: 1_982_464n, dataBlockSizeSectors: 1024n, features: ['skip_block_zeroing'] },
        status: { state: 'working', mode: 'rw', totalDataBlocks: 1936n, usedDataBlocks: 0n, needsCheck: false },
      },
    });
    t.true((seen[0]?.table?.lowWaterMarkBlocks ?? 0n) > 0n);
  }
});

test('a pool under thin volumes, one with hyphens and one with colons in its name are told by their names', (t) => {
  for (const [pool] of pools('thin-volumes')) t.is(pool?.name, 'docker-thinpool-tpool');
  for (const [pool] of pools('hyphens')) t.is(pool?.name, 'my--vg-thin--pool--1');
  for (const [pool] of pools('loop-pool')) {
    t.is(pool?.name, 'docker-8:1-123-pool');
    t.is(pool?.table?.dataDevice, '7:1');
    t.is(pool?.table?.lowWaterMarkBlocks, 32_768n);
  }
});

test('all features of a table are read', (t) => {
  for (const [pool] of pools('many-features')) {
    t.deepEqual(pool?.table?.features, ['skip_block_zeroing', 'ignore_discard', 'error_if_no_space']);
    t.like(pool?.status, { whenFull: 'error_if_no_space' });
  }
});

test('a pool that is full, read-only or failed is told as that', (t) => {
  for (const [pool] of pools('full-queueing'))
    t.like(pool?.status, { mode: 'out_of_data_space', whenFull: 'queue_if_no_space' });
  for (const [pool] of pools('full-timed-out'))
    t.like(pool?.status, { mode: 'out_of_data_space', whenFull: 'error_if_no_space' });
  for (const [pool] of pools('metadata-full'))
    t.like(pool?.status, { mode: 'ro', usedMetadataBlocks: 512n, totalMetadataBlocks: 512n, needsCheck: false });
  for (const [pool] of pools('needs-check')) t.like(pool?.status, { mode: 'ro', needsCheck: true });
  for (const [pool] of pools('failed')) t.like(pool, { status: { state: 'fail' }, table: { lengthSectors: 131_072n } });
});

test('a pool that only one of the two answers names is told, and never as working', (t) => {
  for (const status of statuses?.('finished-pool') ?? []) {
    const [pool] = parseThinPools('', status);
    t.is(pool?.table, null);
  }
  for (const table of tables?.('finished-pool') ?? []) {
    const [pool] = parseThinPools(table, 'docker-thinpool:\n');
    t.is(pool?.status.state, 'unreadable');
    t.is(parseThinPools(table, '')[0]?.status.state, 'unreadable');
  }
});

test('what older kernels leave out at the end of a status is not taken for an answer', (t) => {
  const older = '0 100 thin-pool 0 1/100 2/200 - rw';
  t.like(parseThinPoolStatus(older), { state: 'working', whenFull: null, needsCheck: false });
  t.like(parseThinPoolStatus(`${older} discard_passdown queue_if_no_space`), { whenFull: 'queue_if_no_space' });
  t.is(parseThinPoolStatus('0 100 thin-pool Error').state, 'error');
  t.is(parseThinPoolStatus('0 100 thin-pool Fail').state, 'fail');
});

test('a word that is not known in its place makes a status unreadable, not healthy', (t) => {
  const status = '0 100 thin-pool 0 1/100 2/200 - rw discard_passdown queue_if_no_space - 256';
  t.is(parseThinPoolStatus(status).state, 'working');
  for (const [from, to] of [
    ['rw', 'xx'],
    ['- 256', 'needs_chec 256'],
    ['queue', 'qeue'],
    ['0 1/', '0 /'],
    ['discard', 'x'],
  ])
    t.is(parseThinPoolStatus(status.replace(from as string, to as string)).state, 'unreadable', to);
});

test('a status with more in use than there is, or a number of more than 64 bits, is unreadable', (t) => {
  const status = (metadata: string, data: string): string => `0 2048 thin-pool 1 ${metadata} ${data} - rw`;
  t.is(parseThinPoolStatus(status('5/5', '2/2')).state, 'working');
  for (const [metadata, data] of [
    ['6/5', '2/2'],
    ['5/5', '3/2'],
    ['5/5', `1/${'9'.repeat(21)}`],
  ] as const)
    t.is(parseThinPoolStatus(status(metadata, data)).state, 'unreadable');
});

test('a table with fewer features than it counts is no table', (t) => {
  const table = '0 100 thin-pool 254:0 254:1 128 0';
  t.deepEqual(parseThinPoolTable(table)?.features, []);
  t.is(parseThinPoolTable(`${table} 2 skip_block_zeroing`), null);
  t.is(parseThinPoolTable(`${table} 0 skip_block_zeroing`), null);
  t.is(parseThinPoolTable('0 100 linear 254:0 0'), null);
  // No pool has blocks of nothing, and whoever divided by them would not tell that it is full.
  t.is(parseThinPoolTable('0 32768 thin-pool 254:0 98:32 0 0 1 skip_block_zeroing'), null);
});

test('a line without a device name is unreadable', (t) => {
  t.throws(() => parseThinPools('ioctl failed', ''), { instanceOf: UnreadableOutput });
  t.throws(() => parseThinPools('', 'Command failed.'), { instanceOf: UnreadableOutput, message: /dmsetup status/ });
});

test('every table is read back as it was written', (t) => {
  const count = fc.bigInt({ min: 0n, max: 2n ** 63n });
  const device = fc.stringMatching(/^(?:\d{1,3}:\d{1,5}|\/dev\/[a-z]{1,8})$/);
  const feature = fc.constantFrom('skip_block_zeroing', 'ignore_discard', 'no_discard_passdown', 'read_only');
  const table = fc.record<ThinPoolTable>(
    {
      startSectors: count.map(sectors),
      lengthSectors: count.map(sectors),
      metadataDevice: device,
      dataDevice: device,
      dataBlockSizeSectors: fc.bigInt({ min: 1n, max: 2n ** 63n }).map(sectors),
      lowWaterMarkBlocks: count,
      features: fc.uniqueArray(feature),
    },
    { noNullPrototype: true },
  );
  fc.assert(fc.property(table, (each) => assert.deepEqual(parseThinPoolTable(formatThinPoolTable(each)), each)));
  t.pass();
});

test('the tables that the kernel printed are written as it prints them', (t) => {
  for (const { name, text } of recordedCases('dmsetup', '*.table')) {
    for (const line of text.split('\n').filter((each) => each.includes('thin-pool '))) {
      const table = parseThinPoolTable(line.slice(line.indexOf(': ') + 2));
      t.is(table && formatThinPoolTable(table), line.slice(line.indexOf(': ') + 2).trimEnd(), name);
    }
  }
});

test('corrupted answers are refused or told, and no other way out is taken', (t) => {
  const cases = recordedCases('dmsetup', '*.status').map(({ text }) => text);
  const answer = fc.constantFrom(...cases).chain((text) => fc.tuple(corrupted(text), fc.constant(text)));
  fc.assert(
    fc.property(answer, fc.string({ unit: 'binary' }), ([status], table) => {
      for (const [one, other] of [
        [status, ''],
        [table, status],
        ['', table],
      ] as const) {
        try {
          parseThinPools(one, other);
        } catch (error) {
          assert.ok(error instanceof UnreadableOutput);
        }
      }
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('a failed pool is never read as a working one, however its line is cut or bent', (t) => {
  const failed = '0 131072 thin-pool Fail';
  fc.assert(
    fc.property(corrupted(failed), (text) => assert.notEqual(parseThinPoolStatus(text).state, 'working')),
    {
      numRuns: 500,
    },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => assert.notEqual(parseThinPoolStatus(text).state, 'working')),
  );
  t.pass();
});

test('the inactive slot is filled and emptied, and then takes over', (t) => {
  t.deepEqual(loadTable('pool', '0 8 x'), ['dmsetup', 'load', '--table', '0 8 x', '--', 'pool']);
  t.deepEqual(resumeDevice('pool'), ['dmsetup', 'resume', '--', 'pool']);
  const [pool] = parseThinPools('pool: 0 8 thin-pool 1:0 2:0 128 0', '', (name) => name === 'pool');
  t.true(pool?.suspended);
});

test("an engine's thin devices are told with the numbers of their pools", (t) => {
  t.deepEqual(thinTableCommand(), ['dmsetup', 'table', '--target', 'thin']);
  const text = `docker-98:0-131-base: 0 20971520 thin 252:3 1
docker-98:0-131-0a1b: 0 20971520 thin 252:3 7 98:16
no-table: \n`;
  t.deepEqual(parseThinTables(text), [
    { name: 'docker-98:0-131-base', poolNumber: '252:3' },
    { name: 'docker-98:0-131-0a1b', poolNumber: '252:3' },
  ]);
  t.deepEqual(parseThinTables('No devices found\n'), []);
  for (const table of ['0 8 linear 98:0 0', '0 8 thin 252:3', '0 8 thin /dev/dm-3 1', 'thin'])
    t.throws(() => parseThinTables(`vol: ${table}`), { instanceOf: UnreadableOutput }, table);
});

test('a thin device whose pool has failed says no more than that', (t) => {
  t.deepEqual(parseFailedThins('thin: 0 4194304 thin Fail\nwell: 0 8 thin 254:2 3\n'), ['thin']);
  t.deepEqual(parseFailedThins('No devices found\n'), []);
});
