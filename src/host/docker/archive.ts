import { closeSync, openSync, readSync } from 'node:fs';
import type { KeptImage } from '../../model/keeping.ts';
import { parseImageFile } from '../../tools/docker-files.ts';
import { parseManifest } from '../../tools/docker-images.ts';
import { paddedSize, parsePax, parseTarHeader, TAR_BLOCK_BYTES } from '../../tools/tar.ts';
import { UnreadableOutput } from '../../tools/unreadable.ts';
import { sha256 } from '../sha256.ts';

interface Entry {
  offset: number;
  sizeBytes: number;
}

/**
 * Reads which images are in an archive that `docker save` wrote: its own manifest, and their configs. Layers are stepped
 * over, whatever their size.
 * @throws UnreadableOutput when it is no such archive, or not all of one; what the file system says
 */
export function imagesInArchive(path: string): KeptImage[] {
  const fd = openSync(path, 'r');
  try {
    const entries = entriesOf(fd);
    const contentOf = (name: string): Buffer => {
      const entry = entries.get(name);
      if (entry === undefined) throw new UnreadableOutput(path, `${name} is not in it`, '');
      return readAt(fd, entry.offset, entry.sizeBytes);
    };
    return parseManifest(contentOf('manifest.json').toString()).map(({ configName, tags }) => {
      const config = contentOf(configName);
      const configDigest = `sha256:${sha256().update(config).digest('hex')}`;
      return { tags, configDigest, diffIds: parseImageFile(config.toString()) };
    });
  } finally {
    closeSync(fd);
  }
}

/** Where each file of the archive begins. */
function entriesOf(fd: number): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  let more: ReturnType<typeof parsePax> = {};
  for (let place = 0; ; ) {
    const header = parseTarHeader(readAt(fd, place, TAR_BLOCK_BYTES));
    if (header === null) return entries;
    const { name, sizeBytes, type } = { ...header, ...more };
    const offset = place + TAR_BLOCK_BYTES;
    more = type === 'x' ? parsePax(readAt(fd, offset, sizeBytes).toString()) : {};
    if (type !== 'x') entries.set(name, { offset, sizeBytes });
    place = offset + paddedSize(sizeBytes);
  }
}

/** Manifests and configs are far smaller, and a broken header must not ask for all memory. */
const LONGEST_TEXT_BYTES = 64 * 1024 * 1024;

function readAt(fd: number, offset: number, sizeBytes: number): Buffer {
  if (sizeBytes > LONGEST_TEXT_BYTES)
    throw new UnreadableOutput('an archive', `a text of ${sizeBytes} bytes in it`, '');
  const content = Buffer.alloc(sizeBytes);
  return content.subarray(0, readSync(fd, content, 0, sizeBytes, offset));
}
