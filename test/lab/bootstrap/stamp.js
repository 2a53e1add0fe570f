import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** One short text for the contents of some files, in order. */
export function hashFiles(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

/** Does the work unless the stamp says that it was done for just this input. */
export function unlessDone(stampPath, input, work) {
  if (readStamp(stampPath) === input) return;
  work();
  writeFileSync(stampPath, input);
}

function readStamp(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
