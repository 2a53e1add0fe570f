import test from 'ava';
import { listDevices } from '../../src/engines/docker/devices.ts';
import type { PoolDevice } from '../../src/model/pool-device.ts';
import { deviceDocument, renderDevice, renderDevices } from '../../src/report/devices.ts';
import { toJson } from '../../src/report/json.ts';
import { DOCUMENTS } from '../../src/report/schema.ts';
import { activeThin, mountedOn, ownThin, POOL } from '../plan/device-hosts.ts';
import { recordedStore } from '../tools/docker-store.ts';

const active = [
  activeThin(4, { mounts: [mountedOn('/x'), mountedOn('/', 9)] }),
  ownThin(7),
  activeThin(99, { mappedSectors: null }),
];
const devices = listDevices(recordedStore(), active, POOL);
const find = (id: number): PoolDevice => devices.find((device) => device.id === id) as PoolDevice;

test('a list has a line for each device: short names, what is not known as such, and whose it is', (t) => {
  const lines = renderDevices(POOL, devices, ['look']).split('\n');
  t.is(lines[0], `Pool ${POOL}: 8 devices`);
  t.regex(lines[1] ?? '', /^ID +NAME +SIZE +MAPPED +STATE +USED BY$/);
  t.regex(lines[2] ?? '', /^4 +[0-9a-f]{12} +10 GiB +75 MiB +mounted +container kept$/);
  t.regex(lines[3] ?? '', /^7 +[0-9a-f]{12} +10 GiB +75 MiB +active +container once$/);
  t.true(lines.some((line) => /^1 +base +10 GiB +\? +- +what all others began from$/.test(line)));
  t.true(
    lines.some((line) => /^\d +[0-9a-f]{12} +10 GiB +\? +- +image (box:latest, more:2|more:2, box:latest)$/.test(line)),
  );
  t.true(lines.some((line) => /^\d +[0-9a-f]{12}-init .*container kept, its beginning$/.test(line)));
  t.true(lines.some((line) => /^99 +docker-98:32-33-99 .* active +\?$/.test(line)));
  t.is(lines.at(-1), 'Note: look');
});

test('a pool that is not active, an empty one, and one device are said in words', (t) => {
  t.is(renderDevices(null, [], []), 'The kernel runs no thin pool, and Docker knows no devices of one');
  t.regex(renderDevices(null, [find(1)], []), /^1 device; their pool is not active\n/);
  t.regex(renderDevices(POOL, [find(1)], []), /^Pool docker-thinpool: 1 device\n/);
  t.regex(renderDevices(POOL, [{ ...find(1), sizeBytes: null }], []), /^1 +base +\? /m);
  t.regex(renderDevices(POOL, [{ ...find(1), deleted: true }], []), / deleted /);
  const { owner } = find(5);
  t.regex(
    renderDevices(POOL, [{ ...find(5), owner: { ...owner, tags: [] } as never }], []),
    /an image without a name$/,
  );
});

test('of one device all is told', (t) => {
  const text = renderDevice(POOL, find(4));
  for (const line of [
    /^Device 4$/m,
    /mapped +75 MiB/,
    /container kept$/m,
    /running$/m,
    /image +box$/m,
    /\/x, \/ in the view of process 9/,
  ])
    t.regex(text, line);
  t.regex(renderDevice(null, find(2)), /pool +not active\n[\s\S]*layer +sha256:/);
  t.regex(
    renderDevice(POOL, { ...find(99), deleted: true }),
    /name +\?\n[\s\S]*transaction +\?\n[\s\S]*removes it when/,
  );
});

test('documents are as their published schema says', (t) => {
  const document = { version: 1, command: 'device list', exitCode: 0, outcome: 'done', pool: POOL, notes: ['n'] };
  const text = toJson({ ...document, devices: devices.map(deviceDocument) });
  for (const name of ['device list', 'device show'] as const) {
    t.true(DOCUMENTS[name].safeParse(JSON.parse(text)).success);
    t.false(DOCUMENTS[name].safeParse({ ...JSON.parse(text), more: 1 }).success);
  }
});
