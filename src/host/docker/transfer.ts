import { createReadStream, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { ARCHIVE_FILES, holdsAll, KEPT, type KeptImage } from '../../model/keeping.ts';
import { imagesPath, parseDaemonMessage } from '../../tools/docker-images.ts';
import type { Bytes } from '../../units/quantity.ts';
import { TransferFailed } from '../errors.ts';
import { moveDurably, readIfThere, removeFile, writeAtomically } from '../files.ts';
import { makeKeptDirectory } from '../kept-directory.ts';
import type { OnBytes } from '../on-bytes.ts';
import { CHANGE_DEADLINE_MS } from '../run.ts';
import { sha256 } from '../sha256.ts';
import { imagesInArchive } from './archive.ts';
import { openAnswer, textOf } from './socket.ts';

/** Who follows a transfer. */
export interface Listener {
  onBytes: OnBytes;
  /** Told when nothing has come for so long; it is waited for all the same. */
  onSilence: () => void;
  silenceMs?: number;
  /** Asked as bytes come: the daemon may be left at any time. */
  isUnwanted: () => boolean;
}

/**
 * Has the daemon write one archive of all these images. It gets its name when all of it is on the disk, its checksum beside
 * it, and the images in it are those that are wanted.
 * @throws TransferFailed, what the file system says (no room), UnreadableOutput
 */
export async function saveArchive(
  directory: string,
  { tags, images, sizeBytes }: { tags: readonly string[]; images: readonly KeptImage[]; sizeBytes: Bytes },
  socketPath: string,
  listener: Listener,
): Promise<void> {
  await makeKeptDirectory(directory);
  const [archive, checksum, partial] = ARCHIVE_FILES.map((name) => join(directory, name)) as [string, string, string];
  // The old one first: its name stands for what is in it.
  for (const path of [archive, checksum, partial]) removeFile(path);
  const { onBytes } = listener;
  onBytes(0, Number(sizeBytes));
  using watch = watchTransfer(listener);
  // The first byte comes when Docker has gathered all layers.
  const response = await openAnswer({ socketPath, path: imagesPath(tags), signal: watch.signal });
  if (response.statusCode !== 200)
    throw new TransferFailed('Docker does not give its images', parseDaemonMessage(await textOf(response)));
  await using file = await open(partial, 'wx', 0o600);
  const hash = await pour(response, file, (done) => {
    watch.heard();
    onBytes(done, Number(sizeBytes));
  }).catch(brokenOff);
  await file.sync();
  if (!holdsAll(imagesInArchive(partial), images))
    throw new TransferFailed('what Docker gave is not what it has', 'images were changed meanwhile: run it again');
  writeAtomically(checksum, `${hash}  ${KEPT.archive}\n`, 0o600);
  moveDurably(partial, archive);
}

/** A daemon that dies, or that can't go on, says no more: the connection ends. */
function brokenOff(error: NodeJS.ErrnoException): never {
  if (error.code !== 'ECONNRESET') throw error;
  throw new TransferFailed('Docker broke off while it gave its images', 'its own log tells why');
}

const LOOK_MS = 250;

interface Watch extends Disposable {
  /** Ends the conversation as soon as nobody wants it. */
  signal: AbortSignal;
  heard: () => void;
}

function watchTransfer({ isUnwanted, onSilence, silenceMs = CHANGE_DEADLINE_MS }: Listener): Watch {
  const controller = new AbortController();
  const wish = setInterval(() => isUnwanted() && controller.abort(), LOOK_MS);
  const silence = setTimeout(onSilence, silenceMs);
  return {
    signal: controller.signal,
    heard: () => silence.refresh(),
    [Symbol.dispose]: () => {
      clearInterval(wish);
      clearTimeout(silence);
    },
  };
}

/** @returns the checksum of all that went through */
async function pour(
  source: AsyncIterable<Buffer>,
  file: FileHandle | null,
  onBytes: (doneBytes: number) => void,
): Promise<string> {
  const hash = sha256();
  let doneBytes = 0;
  for await (const piece of source) {
    hash.update(piece);
    await file?.writeFile(piece);
    doneBytes += piece.length;
    onBytes(doneBytes);
  }
  return hash.digest('hex');
}

/** Large pieces: a guest pays for each call. */
const READ_BYTES = 1024 * 1024;

/**
 * Compares an archive with its checksum.
 * @throws TransferFailed when it is not what was written; what the file system says
 */
export async function checkArchive(directory: string, onBytes: OnBytes): Promise<void> {
  const path = join(directory, KEPT.archive);
  const { size } = statSync(path);
  const source = createReadStream(path, { highWaterMark: READ_BYTES });
  const found = await pour(source, null, (done) => onBytes(done, size));
  const [written = ''] = (readIfThere(join(directory, KEPT.checksum)) ?? '').split(' ');
  if (found !== written)
    throw new TransferFailed(`${path} is damaged`, `its checksum is ${found}, and was ${written} when it was written`);
}
