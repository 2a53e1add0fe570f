import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { nativePath, repositoryPath } from './paths.ts';
import type { Workshop } from './workshop.ts';

/** A running User Mode Linux, seen as lines to and from the agent inside. */
export interface Kernel {
  send(line: string): void;
  /** Settles when every process of it is gone. */
  readonly ended: Promise<void>;
  kill(): Promise<void>;
}

interface KernelOptions {
  readonly workshop: Workshop;
  readonly disks: readonly string[];
  readonly memory: string;
  /** Directories that are mounts, in the order of their disks, which are the last. */
  readonly filesystems: readonly string[];
  readonly init: 'lab' | 'systemd';
  /** A directory with another release in it, to be the guest's root in place of the host's. */
  readonly tree: string | undefined;
  readonly onLine: (line: string) => void;
}

const consolePath = (workshop: Workshop): string => `${workshop.path}/console.log`;

/** The kernel's messages of all boots of this guest. */
export async function readConsole(workshop: Workshop): Promise<string> {
  return readFile(consolePath(workshop), 'utf8');
}

/** `ubda` is the state disk, so that the kernel does not warn of a missing one. */
export function diskName(index: number): string {
  return `ubd${String.fromCharCode('a'.charCodeAt(0) + index)}`;
}

/** Systemd goes by the host's name and identity unless told others. */
const systemdArguments = [
  'systemd.unit=multi-user.target',
  'systemd.hostname=dmtool-lab',
  // What it shows on the console is in the journal too, and drawing it takes time.
  'systemd.show_status=false',
  'systemd.machine_id=00000000000040008000000000000001',
];

function kernelArguments(options: KernelOptions): string[] {
  const { workshop, disks, memory, filesystems, init, tree } = options;
  const mounts = filesystems.map((path, index) => `${diskName(disks.length - filesystems.length + index)}:${path}`);
  return [
    `mem=${memory}`,
    'rootfstype=hostfs',
    'rootflags=/',
    'ro',
    `init=${nativePath('init')}`,
    `uml_dir=${workshop.path}/uml`,
    'umid=guest',
    ...disks.map((path, index) => `${diskName(index)}=${path}`),
    'con=null',
    'con0=null,fd:1',
    'ssl=null',
    'ssl0=fd:3',
    'panic=-1',
    // Half of a boot would go into measuring how fast RAID6 is, and a tenth into measuring a delay loop.
    'initcall_blacklist=raid6_select_algo',
    'lpj=30000000',
    `LAB_SHARE=${workshop.path}/share`,
    `LAB_REPO=${repositoryPath}`,
    `LAB_INIT=${init}`,
    ...(tree === undefined ? [] : [`LAB_TREE=${tree}`]),
    ...(mounts.length > 0 ? [`LAB_FILESYSTEMS=${mounts.join(':')}`] : []),
    ...(init === 'systemd' ? systemdArguments : []),
  ];
}

/** Starts the kernel under a keeper, which kills it when this process goes away. */
export async function startKernel(options: KernelOptions): Promise<Kernel> {
  const { workshop } = options;
  await using log = await open(consolePath(workshop), 'a');
  const command = ['/usr/bin/linux.uml', ...kernelArguments(options)];
  const keeper = spawn(nativePath('keeper'), ['4', ...command], {
    cwd: workshop.path,
    detached: true,
    env: { PATH: '/usr/bin:/bin', HOME: workshop.path, LD_PRELOAD: nativePath('ptrace-shim.so') },
    stdio: ['pipe', log.fd, log.fd, 'pipe', workshop.lifeline],
  });
  const ended = once(keeper, 'exit').then(() => undefined);
  const line = keeper.stdio[3] as Duplex;
  // A guest that dies resets its line; that it died is told by `ended`. readline passes the stream's errors on.
  const ignore = (): undefined => undefined;
  line.on('error', ignore);
  createInterface({ input: line }).on('line', options.onLine).on('error', ignore);
  await once(keeper, 'spawn');
  return {
    send: (text) => void line.write(`${text}\n`),
    ended,
    kill: async () => {
      keeper.stdin?.destroy();
      await ended;
    },
  };
}
