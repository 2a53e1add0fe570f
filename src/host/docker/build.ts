import { closeSync, openSync, readSync } from 'node:fs';
import type { DockerFacts } from '../../model/docker.ts';
import { parseNeededLibraries } from '../../tools/elf.ts';

/**
 * A function's name, which Go keeps for its stack traces in stripped programs too. The linker drops a package that nobody
 * imports, so it is there exactly when the driver was not left out (build tag exclude_graphdriver_devicemapper, or
 * static_build) nor removed (Docker 25). Go's linker sorts these tables to the end; Debian's build exports the name as well,
 * at its beginning.
 */
const DRIVER_MARK = Buffer.from('/daemon/graphdriver/devmapper.Init', 'latin1');

const PIECE_BYTES = 4 * 1024 * 1024;

/**
 * What a dockerd was built with. A wrapper script in its place is no such program: both are false then.
 * @param path of the program
 */
export function probeBuild(path: string): DockerFacts['build'] {
  const fd = openSync(path, 'r');
  try {
    const libraries = parseNeededLibraries((offset, length) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
    });
    if (libraries === null) return { devicemapper: false, udevSync: false };
    return {
      devicemapper: holds(fd, DRIVER_MARK),
      // A libdevmapper that is linked in statically was built without udev; the host's own is not.
      udevSync: libraries.some((name) => name.startsWith('libdevmapper.so')),
    };
  } finally {
    closeSync(fd);
  }
}

/** Whether these bytes are anywhere in a file. It is read in pieces that overlap, so that none cuts the mark in two. */
function holds(fd: number, mark: Buffer): boolean {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let position = 0; ; position += PIECE_BYTES - mark.length) {
    const count = readSync(fd, piece, 0, PIECE_BYTES, position);
    if (piece.subarray(0, count).includes(mark)) return true;
    if (count < PIECE_BYTES) return false;
  }
}
