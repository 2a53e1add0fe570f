import { Listr, ListrLogger, type ListrTask, ProcessOutput } from 'listr2';
import type { ApplyEvent } from '../apply/outcome.ts';
import type { Step } from '../plan/step.ts';
import { oneLine } from '../tools/printable.ts';
import { drawBytes } from './bytes-gone.ts';
import type { Progress } from './progress.ts';

/** Bytes come in thousands of pieces. */
const DRAW_MS = 200;

/** Draws the steps on stderr as a list that changes in place: for terminals. */
export function listProgress(steps: readonly Step[]): Progress {
  const ends = new Map(steps.map((step) => [step.id, Promise.withResolvers<'done' | 'skipped'>()]));
  // Those that are never reached are rejected too, with nobody waiting for them.
  for (const end of ends.values()) end.promise.catch(() => {});
  let running: { output: string } | undefined;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = (event: Extract<ApplyEvent, { kind: 'bytes-gone' }>): void => {
    const now = performance.now();
    // The last one is always drawn.
    if (running === undefined || (now - drawnAt < DRAW_MS && event.doneBytes !== event.totalBytes)) return;
    drawnAt = now;
    running.output = drawBytes(event);
  };
  const tasks = steps.map(
    (step): ListrTask => ({
      title: oneLine(step.title),
      // The steps after it are drawn, too.
      exitOnError: !step.isApart,
      task: async (_, task) => {
        running = task;
        if ((await ends.get(step.id)?.promise) === 'skipped') task.title = `${oneLine(step.title)}: already so`;
      },
    }),
  );
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const list = new Listr(tasks, {
    concurrent: false,
    registerSignalListeners: false,
    renderer: 'default',
    rendererOptions: { logger, showErrorMessage: false },
  });
  // The run itself reports what failed: the list only shows it.
  const drawn = list.run().then(
    () => {},
    () => {},
  );
  const settle = (event: ApplyEvent): void => {
    if (event.kind === 'bytes-gone') draw(event);
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
