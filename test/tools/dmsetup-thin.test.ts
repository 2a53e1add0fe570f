import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { parseThinTables } from '../../src/tools/dmsetup.ts';
import {
  activateThin,
  allStatuses,
  allTables,
  linesOfTarget,
  parseThinDevices,
  poolStatus,
} from '../../src/tools/dmsetup-thin.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { sectors } from '../../src/units/quantity.ts';
import { corrupted } from './corrupt.ts';
import { recorded } from './recorded.ts';

const tables = recorded('docker', 'thin-devices.table');
const statuses = recorded('docker', 'thin-devices.status');

test('everything is asked for at once, and never with a flush', (t) => {
  t.deepEqual(allTables(), ['dmsetup', 'table']);
  for (const argv of [allStatuses(), poolStatus('p')]) t.true(argv.includes('--noflush'));
});

test("a running container's device is told with its pool, its number and what is mapped of it", (t) => {
  for (const [index, table] of tables.entries()) {
    const [thin, ...others] = parseThinDevices(table, statuses[index] as string);
    t.deepEqual(others, []);
    t.like(thin, { poolNumber: '254:2', id: 4, lengthSectors: 20_971_520n });
    t.regex(thin?.name ?? '', /^docker-\d+:\d+-\d+-[0-9a-f]{64}$/);
    t.true((thin?.mappedSectors ?? 0n) > 100_000n);
  }
});

test('one kind of target is picked out of all devices', (t) => {
  for (const table of tables) {
    t.regex(linesOfTarget(table, 'thin-pool'), /^docker-thinpool: \d+ \d+ thin-pool [^\n]+$/);
    t.is(linesOfTarget(table, 'thin').split('\n').length, 1);
  }
  t.is(linesOfTarget('No devices found\n', 'thin'), '');
  t.is(linesOfTarget('no-table: \n', 'thin'), '');
});

test('a device that failed, or that has no status, is told without a number', (t) => {
  const table = 'vol: 0 8 thin 252:3 7 98:16';
  for (const status of ['vol: 0 8 thin Fail', 'vol: 0 8 thin Error', '', 'other: 0 8 thin 4 7'])
    t.like(parseThinDevices(table, status), [{ name: 'vol', id: 7, mappedSectors: null }], status);
  t.is(parseThinDevices(table, 'vol: 0 8 thin 0 -')[0]?.mappedSectors, 0n as never);
});

test('a word that is not known in its place is no device', (t) => {
  const table = 'vol: 0 8 thin 252:3 7';
  for (const bad of ['vol: 0 8 thin 252:3', 'vol: 0 8 thin /dev/dm-3 7', 'vol: 8 8 thin 252:3 7'])
    t.throws(() => parseThinDevices(bad, ''), { instanceOf: UnreadableOutput }, bad);
  for (const bad of ['vol: 0 8 thin', 'vol: 0 8 thin Fai', 'vol: 0 8 thin 4', 'vol: 0 8 thin -1 -'])
    t.throws(() => parseThinDevices(table, bad), { instanceOf: UnreadableOutput, message: /dmsetup status/ }, bad);
});

test('corrupted answers are refused or told, and no other way out is taken', (t) => {
  const answer = fc.tuple(fc.constantFrom(...tables).chain(corrupted), fc.constantFrom(...statuses).chain(corrupted));
  fc.assert(
    fc.property(answer, ([table, status]) => {
      try {
        for (const { id, lengthSectors } of parseThinDevices(table, status)) assert.ok(id >= 0 && lengthSectors >= 0n);
      } catch (error) {
        assert.ok(error instanceof UnreadableOutput);
      }
    }),
  );
  t.pass();
});

test('what is activated is read back as it was', (t) => {
  const thin = fc.record({
    name: fc.constant('dmtool-p-7'),
    poolName: fc.stringMatching(/^[a-z:0-9-]{1,20}$/),
    id: fc.nat(2 ** 24 - 1),
    lengthSectors: fc.bigInt({ min: 1n, max: 2n ** 50n }).map(sectors),
    readOnly: fc.boolean(),
  });
  fc.assert(
    fc.property(thin, (each) => {
      const argv = activateThin(each);
      assert.equal(argv.includes('--readonly'), each.readOnly);
      assert.equal(argv[argv.indexOf('--uuid') + 1], `DMTOOL-${each.poolName}-${each.id}`);
      const table = (argv.at(-1) as string).replace(`/dev/mapper/${each.poolName}`, '252:3');
      const [seen] = parseThinDevices(`${argv[2]}: ${table}`, '');
      assert.deepEqual([seen?.id, seen?.lengthSectors], [each.id, each.lengthSectors]);
    }),
  );
  t.pass();
});

test('a thin device whose pool has failed does not say whose it is, and keeps nobody from reading the others', (t) => {
  const tables = 'thin: 0 4194304 thin Fail\nwell: 0 8 thin 254:2 3\n';
  const statuses = 'thin: 0 4194304 thin Fail\nwell: 0 8 thin 8 7\n';
  t.deepEqual(
    parseThinDevices(tables, statuses).map(({ name }) => name),
    ['well'],
  );
  t.deepEqual(parseThinTables(tables), [{ name: 'well', poolNumber: '254:2' }]);
});
