import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { ARCHIVE_FILES, IMAGES_DIRECTORY, LIST_FILES } from '../../src/model/keeping.ts';
import type { TransferAction } from '../../src/plan/step.ts';
import { shellAction } from '../../src/report/script.ts';
import { bytes } from '../../src/units/quantity.ts';
import { folder } from '../host/folder.ts';

/** A docker that writes down what it was told, and what it is asked for. */
const DOCKER = `#!/bin/sh
echo "$*" >> "$CALLS"
case $1 in
  save) shift 2; echo archive > "$1" ;;
  ps) echo 0a; echo 0b ;;
  inspect) echo '[]' ;;
esac
`;

function shell(t: ExecutionContext): { run: (action: TransferAction) => number | null; calls: () => string } {
  const bin = folder(t);
  writeFileSync(`${bin}/docker`, DOCKER);
  chmodSync(`${bin}/docker`, 0o755);
  const env = { PATH: `${bin}:${process.env['PATH']}`, CALLS: `${bin}/calls` };
  return {
    run: (action) => spawnSync('sh', ['-euc', shellAction(action)], { env }).status,
    calls: () => readFileSync(`${bin}/calls`, 'utf8'),
  };
}

test('a shell saves, checks, loads and removes as dmtool does', (t) => {
  const { run, calls } = shell(t);
  const directory = `${folder(t)}/it's here`;
  const images = [{ tags: ['a:1', 'b:1'], configDigest: null, diffIds: [] }];
  t.is(run({ kind: 'save-images', directory, tags: ['a:1', 'b:1'], images, sizeBytes: bytes(1) }), 0);
  t.deepEqual(readdirSync(directory).toSorted(), ['images.tar', 'images.tar.sha256']);
  t.is(statSync(directory).mode & 0o777, 0o700);
  t.is(run({ kind: 'list-containers', directory, images }), 0);
  t.is(readFileSync(`${directory}/containers.json`, 'utf8'), '[]\n');
  t.is(run({ kind: 'load-images', directory }), 0);
  t.deepEqual(calls().split('\n'), [
    `save --output ${directory}/images.tar.partial -- a:1 b:1`,
    ...['ps --all --quiet', 'inspect -- 0a 0b', `load --quiet --input ${directory}/images.tar`, ''],
  ]);
  writeFileSync(`${directory}/images.tar`, 'other\n');
  t.not(run({ kind: 'load-images', directory }), 0);
  t.is(run({ kind: 'remove-kept', directory, files: ARCHIVE_FILES }), 0);
  t.deepEqual(readdirSync(directory), ['containers.json']);
  t.is(run({ kind: 'remove-kept', directory, files: LIST_FILES }), 0);
  t.throws(() => statSync(directory), { code: 'ENOENT' });
  t.is(run({ kind: 'remove-kept', directory, files: LIST_FILES }), 0);
});

test('the usual place goes with the last that is in it', (t) => {
  const directory = `${IMAGES_DIRECTORY}/docker-thinpool`;
  t.regex(shellAction({ kind: 'remove-kept', directory, files: [] }), new RegExp(`${directory} ${IMAGES_DIRECTORY}$`));
});
