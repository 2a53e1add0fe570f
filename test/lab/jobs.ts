import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { LabFailure } from './errors.ts';
import type { Job, RunOptions, RunResult } from './guest.ts';
import { searchPath } from './paths.ts';

/** What every program in the lab starts with: nothing of the tests' own environment. */
export const cleanEnvironment: Readonly<Record<string, string>> = {
  PATH: searchPath,
  HOME: '/root',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
  NODE_ENV: 'production',
};

const signalNumbers: Readonly<Record<string, number>> = constants.signals;

function signalName(number: number): NodeJS.Signals | undefined {
  return Object.entries(signalNumbers).find(([, value]) => value === number)?.[0] as NodeJS.Signals | undefined;
}

interface Waiting {
  readonly settle: (code: number, signal: number) => void;
  readonly reject: (error: Error) => void;
}

/** The programs that run in a guest: their files in the share, and who waits for them. */
export class JobTable {
  readonly #share: string;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(share: string) {
    this.#share = share;
  }

  /** Puts the request's files where the agent looks for them, then asks it to start. */
  start(argv: readonly string[], options: RunOptions, send: (line: string) => void): Job {
    const id = ++this.#lastId;
    const exit = Promise.withResolvers<readonly [number, number]>();
    this.#waiting.set(id, { settle: (...status) => exit.resolve(status), reject: exit.reject });
    const sent = this.#write(id, argv, options).then(() => send(`run ${id}`));
    sent.catch(exit.reject);
    const result = exit.promise.then((status) => this.#collect(id, status));
    // A story may well leave a job behind; who awaits it still gets the error.
    result.catch(() => undefined);
    return {
      result,
      kill: (signal, target = 'program') => {
        const words = `kill ${id} ${signalNumbers[signal]}${target === 'group' ? ' group' : ''}`;
        sent.then(
          () => this.#waiting.has(id) && send(words),
          () => undefined,
        );
      },
    };
  }

  /** One line from the agent about a job. */
  hear(line: string): void {
    const [word, id, first, second] = line.split(' ');
    const waiting = this.#waiting.get(Number(id));
    this.#waiting.delete(Number(id));
    if (word === 'exit') waiting?.settle(Number(first), Number(second));
    else waiting?.reject(new LabFailure(`the agent says: ${line}`));
  }

  /** No answer will come any more. */
  rejectAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }

  async #write(id: number, argv: readonly string[], options: RunOptions): Promise<void> {
    const directory = `${this.#share}/jobs/${id}`;
    const variables = Object.entries({ ...cleanEnvironment, ...options.env }).map(
      ([name, value]) => `${name}=${value}`,
    );
    const strings = [options.cwd ?? '/', String(argv.length), ...argv, ...variables];
    await mkdir(directory, { recursive: true });
    await writeFile(`${directory}/request`, strings.map((text) => `${text}\0`).join(''));
    if (options.input !== undefined) await writeFile(`${directory}/stdin`, options.input);
  }

  async #collect(id: number, [exitCode, signal]: readonly [number, number]): Promise<RunResult> {
    const directory = `${this.#share}/jobs/${id}`;
    const [stdoutBytes, stderr] = await Promise.all([
      readFile(`${directory}/stdout`),
      readFile(`${directory}/stderr`, 'utf8'),
    ]);
    await rm(directory, { recursive: true });
    return { stdout: stdoutBytes.toString(), stderr, stdoutBytes, exitCode, signal: signalName(signal) };
  }
}
