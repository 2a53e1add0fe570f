import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { dirname } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { imagesInArchive } from '../../src/host/docker/archive.ts';
import { checkArchive, saveArchive } from '../../src/host/docker/transfer.ts';
import { TransferFailed } from '../../src/host/errors.ts';
import { removeKept } from '../../src/host/kept-directory.ts';
import { ARCHIVE_FILES } from '../../src/model/keeping.ts';
import { bytes } from '../../src/units/quantity.ts';
import { fill, folder } from './folder.ts';

const config = JSON.stringify({ rootfs: { type: 'layers', diff_ids: ['sha256:aa', 'sha256:bb'] } });
const digest = createHash('sha256').update(config).digest('hex');
const image = { tags: ['box:1', 'box:latest'], configDigest: `sha256:${digest}`, diffIds: ['sha256:aa', 'sha256:bb'] };
const wanted = { tags: image.tags, images: [image], sizeBytes: bytes(100_000) };

/** As `docker save` lays it out; a layer in it has a long name, and comes before the manifest. */
function archiveOf(t: ExecutionContext, tags: readonly string[] = image.tags): Buffer {
  const root = folder(t);
  fill(root, {
    [`${'layer'.repeat(25)}/layer.tar`]: 'x'.repeat(70_000),
    [`${digest}.json`]: config,
    'manifest.json': JSON.stringify([{ Config: `${digest}.json`, RepoTags: tags, Layers: [] }]),
  });
  return spawnSync('tar', ['--create', '--format=pax', ...readdirSync(root).toSorted().toReversed()], { cwd: root })
    .stdout;
}

async function daemon(t: ExecutionContext, listener: RequestListener): Promise<string> {
  const path = `${folder(t)}/docker.sock`;
  const server = createServer(listener).listen(path);
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return path;
}

const CHECK = 'sha256sum --check images.tar.sha256';
const never = (): boolean => false;
const unheard = (): void => {};

test('an archive gets its name when it is whole, with a checksum that sha256sum reads, for root alone', async (t) => {
  const directory = `${folder(t)}/images/of-it`;
  const content = archiveOf(t);
  const asked: (string | undefined)[] = [];
  const socket = await daemon(t, ({ url }, response) => {
    asked.push(url);
    response.end(content);
  });
  const told: [number, number][] = [];
  const onBytes = (done: number, total: number): unknown => told.push([done, total]);
  await saveArchive(directory, wanted, socket, { onBytes, onSilence: unheard, isUnwanted: never });
  t.deepEqual(asked, ['/images/get?names=box%3A1&names=box%3Alatest']);
  t.deepEqual(readdirSync(directory).toSorted(), ['images.tar', 'images.tar.sha256']);
  t.deepEqual(readFileSync(`${directory}/images.tar`), content);
  t.deepEqual(told.at(-1), [content.length, 100_000]);
  for (const [path, mode] of [
    [directory, 0o700],
    [`${directory}/images.tar`, 0o600],
    [`${directory}/images.tar.sha256`, 0o600],
  ] as const)
    t.is(statSync(path).mode & 0o777, mode);
  t.is(spawnSync('sh', ['-c', CHECK], { cwd: directory }).status, 0);
  t.deepEqual(imagesInArchive(`${directory}/images.tar`), [image]);

  const checked: [number, number][] = [];
  await checkArchive(directory, (done, total) => checked.push([done, total]));
  t.deepEqual(checked.at(-1), [content.length, content.length]);
  content[700] = (content[700] ?? 0) + 1;
  writeFileSync(`${directory}/images.tar`, content);
  await t.throwsAsync(checkArchive(directory, unheard), { instanceOf: TransferFailed, message: /is damaged$/ });

  removeKept(directory, ARCHIVE_FILES, dirname(directory));
  t.throws(() => statSync(dirname(directory)), { code: 'ENOENT' });
});

test('what was there before goes first, and what does not come whole gets no name', async (t) => {
  const directory = `${folder(t)}/images`;
  fill(directory, { 'images.tar': 'old', 'images.tar.sha256': 'old', 'containers.txt': 'kept' });
  const save = (listener: RequestListener, isUnwanted = never): Promise<Error | undefined> =>
    daemon(t, listener).then((socket) =>
      t.throwsAsync(saveArchive(directory, wanted, socket, { onBytes: unheard, onSilence: unheard, isUnwanted })),
    );
  const content = archiveOf(t);
  const half = content.subarray(0, 60_000);

  const broken = await save((_, response) => {
    response.writeHead(200, { 'Content-Length': content.length });
    response.write(half, () => setTimeout(() => response.destroy(), 20));
  });
  t.is(broken?.message, 'Docker broke off while it gave its images');
  t.deepEqual(readdirSync(directory).toSorted(), ['containers.txt', 'images.tar.partial']);

  t.is((await save((_, response) => response.end(half)))?.name, 'UnreadableOutput');
  const others = archiveOf(t, ['box:1']);
  t.is((await save((_, response) => response.end(others)))?.message, 'what Docker gave is not what it has');
  const refused = await save((_, response) => response.writeHead(404).end('{"message":"No such image: box:1"}'));
  t.like(refused, { message: 'Docker does not give its images', details: 'No such image: box:1' });
  t.is((await save(unheard, () => true))?.name, 'AbortError');
  t.false(readdirSync(directory).includes('images.tar'));
});

test('a daemon that says nothing is told once it has been waited for long enough, and left when nobody wants it', async (t) => {
  const socket = await daemon(t, unheard);
  const told: string[] = [];
  const onSilence = (): unknown => told.push('silent');
  const asked = { onBytes: unheard, onSilence, silenceMs: 1, isUnwanted: () => told.length > 0 };
  const error = await t.throwsAsync(saveArchive(`${folder(t)}/images`, wanted, socket, asked));
  t.is(error?.name, 'AbortError');
  t.deepEqual(told, ['silent']);
});
