import { LabFailure } from '../../lab/errors.ts';
import type { Guest, RunOptions, RunResult } from '../../lab/guest.ts';

/** A run that restarts Docker and all its containers takes minutes in guests that share a busy host. */
const RUN_TIMEOUT_MS = 360_000;

/** The program under test. */
export const dmtool = (guest: Guest, args: readonly string[], options?: RunOptions): Promise<RunResult> =>
  guest.run(['dmtool', ...args], { timeoutMs: RUN_TIMEOUT_MS, ...options });

/** The same with --json; stdout has to be one document and nothing else. */
export async function dmtoolJson(guest: Guest, args: readonly string[], options?: RunOptions): Promise<JsonAnswer> {
  const result = await dmtool(guest, [...args, '--json'], options);
  return { ...result, document: JSON.parse(result.stdout) };
}

export interface JsonAnswer extends RunResult {
  readonly document: Document;
}

/** What may stand in a document, read as its readers do: by name, without the program's own types. */
export interface Document {
  readonly version: number;
  readonly command: string;
  readonly exitCode: number;
  readonly outcome?: string;
  readonly refusals?: readonly { readonly code: string; readonly subject: string; readonly reason: string }[];
  readonly pool?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly { readonly id: string; readonly destroys: string | null; readonly command: string }[];
  readonly warnings?: readonly string[];
  readonly undo?: string | null;
  readonly error?: { readonly name: string; readonly message: string; readonly remedy: string | null };
  readonly state?: string;
  readonly pools?: readonly Readonly<Record<string, unknown>>[];
  readonly findings?: readonly { readonly code: string; readonly state: string; readonly pool: string }[];
}

/** The codes of a refusal, in its order. */
export const refusalCodes = ({ document }: JsonAnswer): string[] => (document.refusals ?? []).map(({ code }) => code);

/** Prepares or looks; a failure would make the story prove nothing. `$1` and so on are the arguments. */
export async function must(guest: Guest, script: string, ...args: readonly string[]): Promise<string> {
  const result = await guest.run(['sh', '-euc', script, 'sh', ...args]);
  if (result.exitCode === 0) return result.stdout;
  throw new LabFailure(`${script}: exit ${result.exitCode}\n${result.stdout}${result.stderr}`);
}

/** The disks of a guest that was booted with so many. */
export const diskOf = (guest: Guest, index = 0): string => {
  const disk = guest.disks[index];
  if (disk === undefined) throw new LabFailure(`the guest has no disk ${index}`);
  return disk;
};

/** What stories ask for that are not about Docker: the pool alone. */
export const setupPool: readonly string[] = ['setup', '--engine', 'none'];

/** The command that a text tells under `To undo:`, agreed to beforehand. */
export function undoCommand(text: string): string {
  const [, command] = /^To undo: (.+)$/m.exec(text) ?? [];
  if (command === undefined) throw new LabFailure(`no word about undoing in: ${text}`);
  return `${command} --yes`;
}

/** The way back that the script of a dry run ends with, out of its comments. */
export function wayBackOf(script: string): string {
  const [, block] = script.split('\n# To undo all of it:\n');
  if (block === undefined) throw new LabFailure(`no way back in: ${script}`);
  return block.replaceAll(/^# {3}/gm, '');
}

/**
 * Runs what follows as a user without any right but one: to walk through directories, because the project may lie where
 * only root may go.
 */
export const asNobody: readonly string[] = [
  'setpriv',
  ...['--reuid=65534', '--regid=65534', '--clear-groups'],
  ...['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'],
];
