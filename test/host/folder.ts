import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';

/** A directory of a test's own, gone with it; by its real path, because /tmp may be a link. */
export function folder(t: ExecutionContext): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'dmtool-host-')));
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
}

/** Puts files into a directory, by their paths in it; a path that ends in a slash is a directory. */
export function fill(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, content);
  }
}
