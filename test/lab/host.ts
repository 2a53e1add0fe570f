import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BaseGuest } from './base.ts';
import { createSparseFile } from './disks.ts';
import { LabFailure, NotOnHost } from './errors.ts';
import type { Ability, BootOptions, Fault, Guest, Job, RunOptions, RunResult } from './guest.ts';
import { cleanEnvironment } from './jobs.ts';
import { nodePath, repositoryPath, searchPath } from './paths.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const cleanScript = fileURLToPath(new URL('host-clean.sh', import.meta.url));
const dmtoolScript = `#!/bin/sh\nexec ${nodePath} ${repositoryPath}/bin/dmtool.js "$@"\n`;

async function attachLoop(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)('losetup', ['--find', '--show', path], { env: { PATH: searchPath } });
  return stdout.trim();
}

/** The host itself, with loop devices for disks: real, but it can be neither cut off its power nor tampered with. */
export class HostGuest extends BaseGuest {
  readonly disks: readonly string[];
  readonly share: Guest['share'];
  readonly #workshop: Workshop;
  #lastJob = 0;

  private constructor(workshop: Workshop, disks: readonly string[]) {
    super();
    this.#workshop = workshop;
    this.disks = disks;
    this.share = { host: `${workshop.path}/share`, guest: `${workshop.path}/share` };
  }

  static async boot(options: BootOptions): Promise<HostGuest> {
    if (process.getuid?.() !== 0) throw new LabFailure('DMTOOL_LAB=host needs root');
    if (options.filesystems !== undefined) throw new NotOnHost('directories of the host are not mounted over');
    if (options.release !== undefined) throw new NotOnHost('the host has the release that it has');
    const workshop = await openWorkshop((path) => ['sh', cleanScript, path]);
    try {
      await mkdir(`${workshop.path}/share/jobs`, { recursive: true });
      await mkdir(`${workshop.path}/bin`);
      await writeFile(`${workshop.path}/bin/dmtool`, dmtoolScript, { mode: 0o755 });
      const disks: string[] = [];
      for (const [index, size] of (options.disks ?? []).entries()) {
        await createSparseFile(`${workshop.path}/disk${index}`, size);
        disks.push(await attachLoop(`${workshop.path}/disk${index}`));
      }
      return new HostGuest(workshop, disks);
    } catch (error) {
      await workshop.remove();
      throw error;
    }
  }

  can(_ability: Ability): boolean {
    return false;
  }

  start(argv: readonly string[], options: RunOptions = {}): Job {
    const pid = Promise.withResolvers<number | undefined>();
    const result = this.#execute(argv, options, pid.resolve);
    result.catch(() => pid.resolve(undefined));
    return {
      result,
      kill: (signal, target = 'program') => {
        void pid.promise.then((number) => number && process.kill(target === 'group' ? -number : number, signal));
      },
    };
  }

  override async failProgram(): Promise<Fault> {
    throw new NotOnHost('programs of the host are not replaced');
  }

  override async hangProgram(): Promise<Fault> {
    throw new NotOnHost('programs of the host are not replaced');
  }

  async cut(): Promise<void> {
    throw new NotOnHost('the power of the host is not cut');
  }

  async reboot(): Promise<void> {
    throw new NotOnHost('the host is not rebooted');
  }

  async consoleLog(): Promise<string> {
    return '';
  }

  async close(): Promise<void> {
    await this.#workshop.remove();
  }

  /** Output goes to files, as in a guest: a daemon that keeps a pipe open would look like a program that never ends. */
  async #execute(argv: readonly string[], options: RunOptions, started: (pid?: number) => void): Promise<RunResult> {
    const directory = `${this.share.host}/jobs/${++this.#lastJob}`;
    await mkdir(directory);
    await writeFile(`${directory}/stdin`, options.input ?? '');
    await using input = await open(`${directory}/stdin`, 'r');
    await using output = await open(`${directory}/stdout`, 'a');
    await using errors = await open(`${directory}/stderr`, 'a');
    // A shell gives a missing program the exit code that it has in a guest.
    const child = spawn('sh', ['-c', 'exec "$@"', 'sh', ...argv], {
      cwd: options.cwd ?? '/',
      detached: true,
      env: { ...cleanEnvironment, PATH: `${this.#workshop.path}/bin:${searchPath}`, ...options.env },
      stdio: [input.fd, output.fd, errors.fd],
    });
    started(child.pid);
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    const stdoutBytes = await readFile(`${directory}/stdout`);
    const stderr = await readFile(`${directory}/stderr`, 'utf8');
    const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
    return { stdout: stdoutBytes.toString(), stderr, stdoutBytes, exitCode, signal: signal ?? undefined };
  }
}
