import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { parseSizeBytes } from './disks.ts';
import { LabFailure } from './errors.ts';
import { nativePath } from './paths.ts';

// A worker of ava does not notice that its runner was killed; it would tell its stories to the end, to nobody.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));

/** A temporary directory that is removed when this process ends, however it ends. */
export interface Workshop {
  readonly path: string;
  /** As long as a process holds this descriptor, the directory stays. */
  readonly lifeline: Writable;
  remove(): Promise<void>;
}

/** Makes the directory, and starts the process outside this one that will remove it. */
export async function openWorkshop(clean: (path: string) => readonly string[]): Promise<Workshop> {
  const path = await mkdtemp(join(tmpdir(), 'dmtool-lab-'));
  const [program = '', ...rest] = clean(path);
  const janitor = spawn(program, rest, { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
  await once(janitor, 'spawn');
  const ended = once(janitor, 'exit');
  return { path, lifeline: janitor.stdin, remove: () => end(janitor, ended) };
}

async function end(janitor: ChildProcess, ended: Promise<unknown[]>): Promise<void> {
  janitor.stdin?.destroy();
  const [code] = await ended;
  if (code !== 0) throw new LabFailure(`the lab could not tidy up after itself: exit ${code}`);
}

/** Says what is missing before a guest would fail with ENOENT, or die of the memory that it could not get. */
export async function requireHost(memory: string): Promise<void> {
  for (const name of ['init', 'keeper', 'ptrace-shim.so'] as const) {
    await access(nativePath(name)).catch(() => {
      throw new LabFailure(`${nativePath(name)} is missing: run \`npm test\`, which compiles it`);
    });
  }
  const { bavail, bsize } = await statfs('/dev/shm');
  if (bavail * bsize < parseSizeBytes(memory)) throw new LabFailure(`/dev/shm has no room for a guest of ${memory}`);
}
