import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/** The kernel gives up after so many (path_resolution(7)). */
const MOST_LINKS = 40;

/** PATH_MAX (path_resolution(7)). */
const LONGEST_PATH = 4096;

/**
 * Where a path leads when all symbolic links are followed, whether or not anything is there: what a program would make
 * when it writes to it.
 */
export function followLinks(path: string): string {
  if (path.includes('\0') || path.length > LONGEST_PATH) throw new Error(`"${path.slice(0, 80)}" is no path`);
  let place = path;
  for (let links = 0; links < MOST_LINKS; links += 1) {
    if (existsSync(place)) return realpathSync(place);
    if (place === '/') return place;
    const directory = followLinks(dirname(place));
    const last = resolve(directory, basename(place));
    if (!lstatSync(last, { throwIfNoEntry: false })?.isSymbolicLink()) return last;
    place = resolve(directory, readlinkSync(last));
  }
  throw new Error(`${path}: too many symbolic links`);
}
