import assert from 'node:assert/strict';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { makeDirectory, readIfThere, removeUnfinished, writeAtomically } from '../../src/host/files.ts';
import { formatRecords, parseRecords } from '../../src/host/journal.ts';
import type { OwnershipRecord } from '../../src/model/ownership.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import { damaged, oddNumber } from '../tools/damage.ts';
import { fill, folder } from './folder.ts';

const PATH = '/var/lib/dmtool/journal.json';
const config = {
  path: '/etc/x',
  before: '{\n}\u0000',
  written: '{}',
  backup: null,
  mode: 0o644,
  owner: { uid: 0, gid: 0 },
};
const RECORDS: readonly OwnershipRecord[] = [
  {
    name: 'docker/thinpool',
    pool: {
      vg: 'docker',
      pool: 'thinpool',
      makesVg: true,
      devices: [{ path: '/dev/xvdf', sizeBytes: bytes(GIB), pvUuid: 'a-b' }],
      profilePath: '/etc/lvm/profile/docker-thinpool.profile',
    },
    docker: {
      services: ['docker.service'],
      containers: ['web'],
      restart: [],
      config,
      dataRoot: { path: '/var/lib/docker', isMountPoint: false, backup: '/var/lib/docker.bk', carriesVolumes: false },
    },
    containerd: { ran: true, config, root: { path: '/var/lib/containerd/devmapper', isOurs: true } },
    adds: [{ path: '/dev/xvdg', sizeBytes: bytes(GIB), pvUuid: 'c-d' }],
  },
  { name: 'activation', pool: null, docker: null },
];

test('what a run owns is read back as it was written', (t) => {
  t.deepEqual(parseRecords(PATH, formatRecords(RECORDS)), RECORDS as OwnershipRecord[]);
});

test('a journal that was damaged is read or called unreadable, and nothing else', (t) => {
  fc.assert(
    fc.property(damaged(formatRecords(RECORDS)), (text) => {
      try {
        assert.equal(oddNumber(parseRecords(PATH, text)), undefined);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assert.ok(error instanceof UnreadableOutput, String(error));
        assert.match(error.message, /^\/var\/lib\/dmtool\/journal\.json answered something/);
      }
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('what a writer that was killed had begun is no journal, and goes', (t) => {
  const directory = folder(t);
  const path = join(directory, 'journal.json');
  fill(directory, { 'journal.json': formatRecords(RECORDS), 'journal.json.dmtool-new': '{"version": 2, "rec' });
  t.is(readIfThere(path), formatRecords(RECORDS));
  writeAtomically(path, '{}', 0o600);
  t.deepEqual([readdirSync(directory), readIfThere(path)], [['journal.json'], '{}']);
  fill(directory, { 'journal.json.dmtool-new': '{"ver' });
  removeUnfinished(path);
  t.deepEqual(readdirSync(directory), ['journal.json']);
});

test('a link that was planted where a file is written is replaced, and what it leads to is left alone', (t) => {
  const directory = folder(t);
  const path = join(directory, 'dmtool.prom');
  fill(directory, { precious: 'precious' });
  symlinkSync(join(directory, 'precious'), `${path}.dmtool-new`);
  writeAtomically(path, 'text', 0o644);
  t.deepEqual([readdirSync(directory), readIfThere(path)], [['dmtool.prom', 'precious'], 'text']);
  t.is(readIfThere(join(directory, 'precious')), 'precious');
});

test('directories are made with their parents, and the topmost new one is told', (t) => {
  const directory = folder(t);
  t.is(makeDirectory(join(directory, 'a/b/c')), join(directory, 'a'));
  t.is(makeDirectory(join(directory, 'a/b/c')), undefined);
  t.is(makeDirectory(`${directory}/a/b/d/`), `${directory}/a/b/d/`);
  t.true(existsSync(join(directory, 'a/b/d')));
});
