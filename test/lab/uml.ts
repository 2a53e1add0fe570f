import { mkdir, readFile, rm } from 'node:fs/promises';
import { BaseGuest } from './base.ts';
import { createExt4Disk, createSparseFile } from './disks.ts';
import { GuestDied, within } from './errors.ts';
import type { BootOptions, Guest, Job, RunOptions } from './guest.ts';
import { JobTable } from './jobs.ts';
import { diskName, type Kernel, readConsole, startKernel } from './kernel.ts';
import { nativePath, nodePath, repositoryPath } from './paths.ts';
import { treeOf } from './trees.ts';
import { openWorkshop, requireHost, type Workshop } from './workshop.ts';

const bootTimeoutMs = 60_000;

/** The state disk is the first. */
const diskPath = (workshop: Workshop, index: number): string => `${workshop.path}/${diskName(index)}`;

/** A guest with a kernel of its own: User Mode Linux on the host's files, none of which it can write. */
export class UmlGuest extends BaseGuest {
  readonly disks: readonly string[];
  readonly share: Guest['share'];
  readonly #workshop: Workshop;
  readonly #diskPaths: readonly string[];
  readonly #memory: string;
  readonly #filesystems: readonly string[];
  readonly #init: 'lab' | 'systemd';
  readonly #tree: string | undefined;
  #jobs: JobTable;
  #kernel: Kernel | undefined;
  /** Until the end of the last kernel was told to all who waited for it: its console is read for that. */
  #mourned: Promise<void> = Promise.resolve();

  private constructor(workshop: Workshop, options: BootOptions, memory: string) {
    super();
    const { disks = [], filesystems = [] } = options;
    this.#workshop = workshop;
    this.#diskPaths = ['state', ...disks, ...filesystems].map((_, index) => diskPath(workshop, index));
    this.#memory = memory;
    this.disks = disks.map((_, index) => `/dev/${diskName(1 + index)}`);
    this.#filesystems = filesystems;
    this.#init = options.init ?? 'lab';
    this.#tree = options.release === undefined ? undefined : treeOf(options.release);
    this.share = { host: `${workshop.path}/share`, guest: '/run/lab' };
    this.#jobs = new JobTable(this.share.host);
  }

  static async boot(options: BootOptions): Promise<UmlGuest> {
    const memory = options.memory ?? '512M';
    await requireHost(memory);
    const workshop = await openWorkshop((path) => [nativePath('keeper'), path]);
    try {
      const { disks = [], filesystems = [] } = options;
      await Promise.all([
        createExt4Disk(diskPath(workshop, 0)),
        ...disks.map((size, index) => createSparseFile(diskPath(workshop, 1 + index), size)),
        ...filesystems.map((_, index) => createExt4Disk(diskPath(workshop, 1 + disks.length + index))),
      ]);
      const guest = new UmlGuest(workshop, options, memory);
      await guest.#powerOn();
      return guest;
    } catch (error) {
      await workshop.remove();
      throw error;
    }
  }

  can(): boolean {
    return true;
  }

  start(argv: readonly string[], options: RunOptions = {}): Job {
    const kernel = this.#kernel;
    if (kernel === undefined) throw new GuestDied(`the guest is off: ${argv.join(' ')}`);
    return this.#jobs.start(argv, options, (line) => kernel.send(line));
  }

  consoleLog(): Promise<string> {
    return readConsole(this.#workshop);
  }

  async cut(): Promise<void> {
    await this.#kernel?.kill();
  }

  async reboot(): Promise<void> {
    if (this.#kernel !== undefined) await this.#powerOff(this.#kernel);
    await this.#powerOn();
  }

  async close(): Promise<void> {
    await this.#kernel?.kill();
    await this.#mourned;
    await this.#workshop.remove();
  }

  async #powerOff(kernel: Kernel): Promise<void> {
    kernel.send('off');
    const message = 'the guest does not power off: does it have a suspended device? Then cut() it';
    await within(bootTimeoutMs, message, kernel.ended);
  }

  async #powerOn(): Promise<void> {
    // What a power cut left half done there must not be taken for the output of a later job.
    await rm(`${this.share.host}/jobs`, { recursive: true, force: true });
    await mkdir(`${this.share.host}/jobs`, { recursive: true });
    const ready = Promise.withResolvers<void>();
    const jobs = new JobTable(this.share.host);
    const kernel = await startKernel({
      workshop: this.#workshop,
      disks: this.#diskPaths,
      memory: this.#memory,
      filesystems: this.#filesystems,
      init: this.#init,
      tree: this.#tree,
      onLine: (line) => (line === 'ready' ? ready.resolve() : jobs.hear(line)),
    });
    this.#kernel = kernel;
    this.#jobs = jobs;
    this.#mourned = this.#mournOn(kernel, jobs, ready.reject);
    try {
      await within(bootTimeoutMs, 'the guest does not boot', ready.promise);
      const script = await readFile(new URL('setup.sh', import.meta.url), 'utf8');
      await this.must(['sh', '-euc', script, 'setup', repositoryPath, nodePath]);
    } catch (error) {
      await kernel.kill();
      await this.#mourned;
      throw error;
    }
  }

  async #mournOn(kernel: Kernel, jobs: JobTable, reject: (error: Error) => void): Promise<void> {
    await kernel.ended;
    if (this.#kernel === kernel) this.#kernel = undefined;
    const error = new GuestDied(`the guest is off; its console ended with:\n${await this.consoleTail()}`);
    reject(error);
    jobs.rejectAll(error);
  }
}
