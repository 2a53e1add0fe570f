import { LabFailure, LabTimeout, within } from './errors.ts';
import { installFault } from './faults.ts';
import type { Ability, FailOptions, Fault, Guest, HangOptions, Job, RunOptions, RunResult } from './guest.ts';

const defaultTimeoutMs = 120_000;

/** What both kinds of guest have in common: everything that can be said through `start`. */
export abstract class BaseGuest implements Guest {
  abstract readonly disks: readonly string[];
  abstract readonly share: Guest['share'];
  abstract can(ability: Ability): boolean;
  abstract start(argv: readonly string[], options?: RunOptions): Job;
  abstract cut(): Promise<void>;
  abstract reboot(): Promise<void>;
  abstract consoleLog(): Promise<string>;
  abstract close(): Promise<void>;

  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const job = this.start(argv, options);
    try {
      return await within(options.timeoutMs ?? defaultTimeoutMs, `no end of: ${argv.join(' ')}`, job.result);
    } catch (error) {
      if (!(error instanceof LabTimeout)) throw error;
      job.kill('SIGKILL', 'group');
      throw new LabTimeout(`${error.message}\n${await this.consoleTail()}`);
    }
  }

  sh(script: string, options: RunOptions = {}): Promise<RunResult> {
    return this.run(['sh', '-c', script], options);
  }

  async writeFile(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
    const script = 'mkdir -p "$(dirname "$1")" && cat > "$1" && chmod "$2" "$1"';
    await this.must(['sh', '-c', script, 'sh', path, mode.toString(8)], { input: content });
  }

  async readFile(path: string): Promise<string> {
    return (await this.must(['cat', path])).stdout;
  }

  failProgram(program: string, options: FailOptions = {}): Promise<Fault> {
    return installFault(this, program, { kind: 'fail', ...options });
  }

  hangProgram(program: string, options: HangOptions = {}): Promise<Fault> {
    return installFault(this, program, { kind: 'hang', ...options });
  }

  /** For the lab's own commands, whose failure would make a story prove nothing. */
  async must(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const result = await this.run(argv, options);
    if (result.exitCode !== 0) throw new LabFailure(`${argv.join(' ')}: exit ${result.exitCode}\n${result.stderr}`);
    return result;
  }

  /** The last thing that the kernel said, for an error's message. */
  async consoleTail(): Promise<string> {
    return (await this.consoleLog()).split('\n').slice(-60).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
