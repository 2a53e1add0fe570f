/** What a story may ask of a machine to test on, whether it is a guest kernel or the host itself. */
export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs?: number;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Uint8Array;
  /** As a shell says it: 128 + the signal's number for a killed program. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | undefined;
}

export interface Job {
  readonly result: Promise<RunResult>;
  /** Signals the program alone; with `group`, its children too, as Ctrl-C in a terminal does. */
  kill(signal: NodeJS.Signals, target?: 'program' | 'group'): void;
}

export type Ability = 'cut' | 'reboot' | 'fault';
export type FaultMode = 'before' | 'after';

export interface FailOptions {
  /** Only calls whose whole command line contains this. */
  readonly when?: string;
  /** `before`: the program does nothing. `after`: it does its work, and says that it failed. */
  readonly mode?: FaultMode;
  readonly exitCode?: number;
  readonly stderr?: string;
  /** Only the first of these calls: what is tried again goes well. */
  readonly once?: boolean;
}

export interface HangOptions {
  readonly when?: string;
  readonly mode?: FaultMode;
}

export interface Fault {
  /** Settles as soon as a call has met the fault for the first time. */
  reached(): Promise<void>;
  /** Lets what hangs go on, and what comes later pass. */
  release(): Promise<void>;
  /** Takes the fault away; what hangs in it is killed where it stands. */
  remove(): Promise<void>;
}

export interface Guest extends AsyncDisposable {
  /** Blank disks, in the order asked for. */
  readonly disks: readonly string[];
  /** One directory seen from both sides, for data too large to pass as input and output. */
  readonly share: { readonly host: string; readonly guest: string };
  can(ability: Ability): boolean;
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  sh(script: string, options?: RunOptions): Promise<RunResult>;
  start(argv: readonly string[], options?: RunOptions): Job;
  writeFile(path: string, content: string | Uint8Array, mode?: number): Promise<void>;
  readFile(path: string): Promise<string>;
  failProgram(program: string, options?: FailOptions): Promise<Fault>;
  hangProgram(program: string, options?: HangOptions): Promise<Fault>;
  /** A power cut: whatever was not yet on its disks is lost. */
  cut(): Promise<void>;
  /** Powers off, unless that has happened, and boots the same disks. */
  reboot(): Promise<void>;
  /** The kernel's own messages so far; empty where there is no kernel of one's own. */
  consoleLog(): Promise<string>;
  close(): Promise<void>;
}

export interface BootOptions {
  /** Sizes such as `10G`. */
  readonly disks?: readonly string[];
  readonly memory?: string;
  /** Directories that are an ext4 of their own, as an engine needs it: empty at first, but for empty directories. */
  readonly filesystems?: readonly string[];
  /** What the first process is: by default the lab's own, which starts udev and nothing else. */
  readonly init?: 'lab' | 'systemd';
  /** Debian's release in the guest, kernel apart: by default the host's own files. */
  readonly release?: 'trixie';
}
