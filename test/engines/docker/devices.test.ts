import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { listDevices, matchDevices } from '../../../src/engines/docker/devices.ts';
import type { ActiveThin, PoolDevice } from '../../../src/model/pool-device.ts';
import { sectors } from '../../../src/units/quantity.ts';
import { recordedStore } from '../../tools/docker-store.ts';

const store = recordedStore();
const thin = (id: number, facts: Partial<ActiveThin> = {}): ActiveThin => ({
  name: `thin-${id}`,
  poolName: 'pool',
  id,
  lengthSectors: sectors(2048),
  mappedSectors: sectors(1024),
  mounts: [],
  own: null,
  ...facts,
});
const ofContainer = (devices: readonly PoolDevice[], name: string): PoolDevice =>
  devices.find(({ owner }) => owner.kind === 'container' && owner.name === name) as PoolDevice;

test('every device is told with its owner: the base, layers of images, containers and what they began with', (t) => {
  const owners = listDevices(store, [], null).map(({ owner }) => owner);
  t.deepEqual(owners[0], { kind: 'base' });
  t.like(owners[1], { kind: 'layer' });
  t.deepEqual(owners.map((owner) => ('tags' in owner ? [...owner.tags].sort() : null)).filter(Boolean), [
    ['box:latest', 'more:2'],
    ['more:2'],
  ]);
  for (const kind of ['container', 'container-init'] as const)
    t.deepEqual(
      owners.flatMap((owner) => (owner.kind === kind ? [[owner.name, owner.running]] : [])),
      [
        ['kept', true],
        ['once', false],
      ],
    );
});

test('what is mapped comes from the kernel, or from the metadata where they were asked', (t) => {
  const { id } = ofContainer(listDevices(store, [], null), 'kept');
  const active = [thin(id), thin(id, { name: 'dmtool-x', own: { readOnly: true } }), thin(1, { poolName: 'other' })];
  const [first, ...others] = listDevices(store, active, 'pool');
  t.like(first, { id, mappedBytes: 524_288n, sizeBytes: 10_737_418_240n });
  t.is(first?.active.length, 2);
  for (const { mappedBytes, active: none } of others) t.deepEqual([mappedBytes, none], [null, []]);
  const exact = listDevices(store, active, 'pool', new Map([[1, sectors(9000)]]));
  t.like(exact[0], { id: 1, mappedBytes: 4_608_000n });
  const failed = listDevices(store, [thin(id, { mappedSectors: null })], 'pool');
  t.is(ofContainer(failed, 'kept').mappedBytes, null);
});

test('a device that Docker does not know is told by what the kernel says', (t) => {
  const devices = listDevices(store, [thin(999)], 'pool');
  t.like(devices[0], { id: 999, name: null, sizeBytes: 1_048_576n, transactionId: null, owner: { kind: 'unknown' } });
  const [orphan] = listDevices(store, [], 'pool', new Map([[555, sectors(9)]]));
  t.like(orphan, { id: 555, name: null, sizeBytes: null, mappedBytes: 4608n });
  const nothing = { ...store, records: [], containers: [], layers: [], images: [] };
  t.deepEqual(listDevices(nothing, [], 'pool'), []);
});

test('an image whose layers are not all there names those that are, and a layer without an image has no name', (t) => {
  const [image] = store.images.filter(({ diffIds }) => diffIds.length === 2);
  const cut = { ...store, images: [{ ...image, diffIds: [image?.diffIds[0], 'gone', image?.diffIds[1]] }] };
  const tags = listDevices(cut as typeof store, [], null).flatMap(({ owner }) => ('tags' in owner ? [owner.tags] : []));
  t.deepEqual(tags, [['more:2'], []]);
});

test('a container that began with no device of its own, or that Docker knows no more, is told all the same', (t) => {
  const containers = store.containers.map((each) => ({ ...each, initDevice: null, name: null }));
  const owners = listDevices({ ...store, containers }, [], null).map(({ owner }) => owner.kind);
  t.is(owners.filter((kind) => kind === 'unknown').length, 2);
  t.is(owners.filter((kind) => kind === 'container').length, 2);
});

test('the fullest comes first, what is not known last, and of equals the oldest first', (t) => {
  const use = fc.array(fc.option(fc.bigInt({ min: 0n, max: 5n }).map(sectors)), { maxLength: 20 });
  fc.assert(
    fc.property(use, (each) => {
      const active = each.map((mappedSectors, id) => thin(id, { mappedSectors }));
      const devices = listDevices({ ...store, records: [] }, active, 'pool');
      const keys = devices.map(({ mappedBytes, id }): [bigint, number] => [mappedBytes ?? -1n, id]);
      for (const [index, [used, id]] of keys.entries()) {
        const [nextUsed, nextId] = keys[index + 1] ?? [-2n, 0];
        assert.ok(used > nextUsed || (used === nextUsed && id < nextId));
      }
      assert.equal(devices.length, each.length);
    }),
  );
  t.pass();
});

test("a device goes by its number, Docker's name, the beginning of that, or its container's name", (t) => {
  const devices = listDevices(store, [], null);
  const kept = ofContainer(devices, 'kept');
  const name = kept.name as string;
  for (const word of [String(kept.id), name, name.slice(0, 12), 'kept'])
    t.deepEqual(matchDevices(devices, word), [kept], word);
  t.is(matchDevices(devices, `${name}-init`)[0]?.name, `${name}-init`);
  t.like(matchDevices(devices, 'base'), { length: 1, 0: { id: 1 } });
  for (const word of ['', 'nobody', '77777777']) t.deepEqual(matchDevices(devices, word), [], word);
  const twins = devices.map((device) => ({ ...device, name: `ab${device.id}` }));
  t.is(matchDevices(twins, 'ab').length, devices.length);
  t.deepEqual(matchDevices([{ ...kept, name: null }], 'a'), []);
  const digits = [{ ...kept, name: `123456789${name}` }];
  t.deepEqual([matchDevices(digits, '12345678'), matchDevices(digits, '123456789')], [[], digits]);
});
