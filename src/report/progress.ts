import type { Emit } from '../apply/outcome.ts';
import type { CommandResult } from '../host/launcher.ts';
import { byteLines } from './bytes-gone.ts';
import { shellAction, shellLine } from './script.ts';

/** Somebody who shows a run as it goes. */
export interface Progress {
  emit: Emit;
  onCommand: (result: CommandResult) => void;
  /** Settles when everything has been drawn. */
  finish(): Promise<void>;
}

export const silentProgress: Progress = { emit: () => {}, onCommand: () => {}, finish: async () => {} };

/** Every command as it runs, with its output. */
export const verboseProgress = (print: (line: string) => void, onBytes = byteLines(print)): Progress => ({
  emit: (event) => {
    if (event.kind === 'bytes-gone') onBytes(event);
    if (event.kind === 'step-started') print(`# ${event.step.title}`);
    if (event.kind === 'step-started' && event.step.do.kind !== 'exec') print(shellAction(event.step.do));
    if (event.kind === 'step-ended' && event.state === 'skipped') print('# already so');
    if (event.kind === 'undo-started') print('# Undoing what this run made');
    if (event.kind === 'undoing' && event.action.kind !== 'exec') print(shellAction(event.action));
  },
  onCommand: ({ argv, exitCode, stdout, stderr }) => {
    print(`$ ${shellLine(argv)}`);
    for (const text of [stdout, stderr]) if (text.trim() !== '') print(text.trimEnd());
    if (exitCode !== 0) print(`# exit code ${exitCode}`);
  },
  finish: async () => {},
});

/** A line for each step that ended: for logs and pipes. */
export const lineProgress = (print: (line: string) => void, onBytes = byteLines(print)): Progress => ({
  emit: (event) => {
    if (event.kind === 'bytes-gone') onBytes(event);
    if (event.kind === 'step-ended') print(`✔ ${event.step.title}${event.state === 'skipped' ? ': already so' : ''}`);
    if (event.kind === 'step-failed') print(`✘ ${event.step.title}`);
    if (event.kind === 'undo-started') print('Undoing what this run made.');
  },
  onCommand: () => {},
  finish: async () => {},
});
