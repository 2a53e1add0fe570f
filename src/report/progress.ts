import { Listr, ListrLogger, type ListrTask, ProcessOutput } from 'listr2';
import type { ApplyEvent, Emit } from '../apply/outcome.ts';
import type { CommandResult } from '../host/run.ts';
import type { Step } from '../plan/step.ts';
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
export const verboseProgress = (print: (line: string) => void): Progress => ({
  emit: (event) => {
    if (event.kind === 'step-started') print(`# ${event.step.title}`);
    if (event.kind === 'step-started' && event.step.do.kind !== 'exec') print(shellAction(event.step.do));
    if (event.kind === 'step-ended' && event.state === 'skipped') print('# already so');
    if (event.kind === 'undo-started') print('# Undoing what this run made');
  },
  onCommand: ({ argv, exitCode, stdout, stderr }) => {
    print(`$ ${shellLine(argv)}`);
    for (const text of [stdout, stderr]) if (text.trim() !== '') print(text.trimEnd());
    if (exitCode !== 0) print(`# exit code ${exitCode}`);
  },
  finish: async () => {},
});

/** Draws the steps on stderr as a list, in place on a terminal and a line each elsewhere. */
export function listProgress(steps: readonly Step[]): Progress {
  const ends = new Map(steps.map((step) => [step.id, Promise.withResolvers<'done' | 'skipped'>()]));
  // Those that are never reached are rejected too, with nobody waiting for them.
  for (const end of ends.values()) end.promise.catch(() => {});
  const tasks = steps.map(
    (step): ListrTask => ({
      title: step.title,
      task: async (_, task) => {
        if ((await ends.get(step.id)?.promise) === 'skipped') task.skip('already so');
      },
    }),
  );
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const list = new Listr(tasks, {
    concurrent: false,
    registerSignalListeners: false,
    renderer: 'default',
    rendererOptions: { logger, collapseSkips: false },
    fallbackRenderer: 'simple',
    fallbackRendererOptions: { logger },
    fallbackRendererCondition: () => !process.stderr.isTTY,
  });
  // The run itself reports what failed: the list only shows it.
  const drawn = list.run().then(
    () => {},
    () => {},
  );
  const settle = (event: ApplyEvent): void => {
    if (event.kind === 'step-ended') ends.get(event.step.id)?.resolve(event.state);
    if (event.kind === 'step-failed') ends.get(event.step.id)?.reject(event.error);
    if (event.kind === 'undo-started') {
      for (const end of ends.values()) end.reject(new Error('not run'));
      process.stderr.write('Undoing what this run made.\n');
    }
  };
  return {
    emit: settle,
    onCommand: () => {},
    finish: async () => {
      for (const end of ends.values()) end.reject(new Error('not run'));
      await drawn;
    },
  };
}
