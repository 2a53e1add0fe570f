import test from 'ava';
import {
  isDeviceFile,
  parseContainerFile,
  parseDeviceRecord,
  parseDeviceSet,
  parseImageFile,
  parseOwnSetup,
  parseTags,
} from '../../src/tools/docker-files.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { recordedFiles } from './docker-store.ts';
import { recorded } from './recorded.ts';

test('every device that Docker made is told, with its size and its transaction', (t) => {
  for (const files of recordedFiles('metadata')) {
    const records = files.filter(([name]) => isDeviceFile(name)).map(([name, text]) => parseDeviceRecord(name, text));
    t.deepEqual(
      records.find(({ name }) => name === 'base'),
      {
        name: 'base',
        id: 1,
        sizeBytes: 10_737_418_240n as never,
        transactionId: 1,
        deleted: false,
      },
    );
    t.is(new Set(records.map(({ id }) => id)).size, records.length);
    const [, deviceSet = ''] = files.find(([name]) => name === 'deviceset-metadata') ?? [];
    t.is(parseDeviceSet(deviceSet), 'xfs');
  }
});

test('files of the whole set, and half-written ones, are about no device', (t) => {
  t.deepEqual(['deviceset-metadata', 'transaction-metadata', '.tmp1', 'base', '0a1b-init'].filter(isDeviceFile), [
    'base',
    '0a1b-init',
  ]);
});

test('versions that write less are read as well', (t) => {
  const text = '{"device_id":7,"size":512,"transaction_id":9}';
  t.like(parseDeviceRecord('x', text), { id: 7, deleted: false });
  t.is(parseDeviceSet('{"next_device_id":1}'), null);
  t.is(parseDeviceSet('{"BaseDeviceFilesystem":""}'), null);
  t.deepEqual(parseImageFile('{"rootfs":{"type":"layers"}}'), []);
});

test('containers are told by name and image, with what Docker wrote of them last', (t) => {
  for (const files of recordedFiles('containers')) {
    const told = files.map(([, text]) => parseContainerFile(text));
    t.deepEqual(
      told.sort((one, other) => (one.name ?? '').localeCompare(other.name ?? '')),
      [
        { name: 'kept', image: 'box', running: true },
        { name: 'once', image: 'more:2', running: false },
      ],
    );
  }
});

test('images are told by their layers and by the names that people gave them', (t) => {
  const counts = recordedFiles('images').map((files) => files.map(([, text]) => parseImageFile(text).length).sort());
  for (const each of counts) t.deepEqual(each, [1, 2]);
  for (const text of recorded('docker', 'thin-devices.repositories.json'))
    t.deepEqual(
      parseTags(text)
        .map(([tag]) => tag)
        .sort(),
      ['box:latest', 'more:2'],
    );
  const digests = `{"Repositories":{"busybox":{"busybox:1":"sha256:1","busybox@sha256:2":"sha256:1"},
    "host:5000/a":{"host:5000/a:b":"sha256:3"}}}`;
  t.deepEqual(parseTags(digests), [
    ['busybox:1', 'sha256:1'],
    ['host:5000/a:b', 'sha256:3'],
  ]);
});

test('nothing is concluded from what is no such file', (t) => {
  const parsers = [(text: string) => parseDeviceRecord('x', text), parseContainerFile, parseImageFile, parseTags];
  for (const parse of [...parsers, parseDeviceSet])
    for (const text of ['', '{', 'null', '7', '{"device_id":-1}', '{"BaseDeviceFilesystem":7}', '{"rootfs":7}'])
      if (parse !== parseDeviceSet || !['{"device_id":-1}', '{"rootfs":7}'].includes(text))
        t.throws(() => parse(text), { instanceOf: UnreadableOutput }, `${parse}: ${text}`);
});

test('what Docker keeps of a pool that it made by itself is read as it writes it', (t) => {
  // Docker 20.10.24, as it stood in a guest.
  const text =
    '{"Device":"/dev/ubdb","ThinpPercent":95,"ThinpMetaPercent":1,"AutoExtendPercent":3,"AutoExtendThreshold":80}';
  t.deepEqual(parseOwnSetup(text), {
    device: '/dev/ubdb',
    dataPercent: 95,
    metadataPercent: 1,
    thresholdPercent: 80,
    stepPercent: 3,
  });
  t.is(parseOwnSetup(''), null);
  for (const broken of ['{', '{"Device":1}', 'null'])
    t.throws(() => parseOwnSetup(broken), { instanceOf: UnreadableOutput });
});
