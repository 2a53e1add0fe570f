import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));

/** What each version of a program that was recorded said in one case; never nothing. */
export function recorded(program: string, file: string): string[] {
  const paths = globSync(`${fixtures}/${program}/*/${file}`);
  if (paths.length === 0) throw new Error(`there is no fixture ${program}/*/${file}`);
  return paths.map((path) => readFileSync(path, 'utf8'));
}

/** The same of all cases, by name. */
export const recordedCases = (program: string, pattern: string): { name: string; text: string }[] =>
  globSync(`${fixtures}/${program}/*/${pattern}`).map((path) => ({
    name: basename(path),
    text: readFileSync(path, 'utf8'),
  }));
