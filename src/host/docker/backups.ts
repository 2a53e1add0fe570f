import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What is set aside gets a number when one is there already. What Docker had on a pool that goes is set aside as well; what
 * is to be removed, and a move that was cut off, are marked as such.
 */
const ENDING = /^\.bk(?:\.(\d+))?(?:\.pool)?(?:\.removing)?(?:\.partial)?$/;

/** What was set aside of a path, oldest first: `PATH.bk`, `PATH.bk.1`, … by full path. */
export function backupsOf(path: string): string[] {
  const directory = dirname(path);
  const found = entriesOf(directory).flatMap((name) => {
    const candidate = directory === '/' ? `/${name}` : `${directory}/${name}`;
    const match = candidate.startsWith(path) ? ENDING.exec(candidate.slice(path.length)) : null;
    return match === null ? [] : [{ candidate, number: Number(match[1] ?? 0) }];
  });
  return found.sort((one, other) => one.number - other.number).map(({ candidate }) => candidate);
}

/** The names in a directory, in order; none when it is not there, or is none. */
export function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
