import type { Action, Plan } from '../plan/step.ts';

/** A word as a shell reads it back unchanged (POSIX quoting). */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A command line as one would type it. */
export const shellLine = (argv: readonly string[]): string => argv.map(shellWord).join(' ');

/** Commands one after the other, each only when the one before went well. */
export const shellChain = (lines: readonly string[]): string => lines.join(' &&\n');

/** What an action is, typed into a shell. */
export function shellAction(action: Action): string {
  switch (action.kind) {
    case 'exec':
      return shellLine(action.argv);
    case 'write-file':
      return [
        `mkdir -p ${shellWord(dirname(action.path))}`,
        `cat > ${shellWord(action.path)} <<'END'`,
        `${action.content}END`,
        `chmod ${action.mode.toString(8)} ${shellWord(action.path)}`,
      ].join('\n');
    case 'remove-file':
      return shellLine(['rm', '--', action.path]);
  }
}

const dirname = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** The plan as a shell script that does the same when a person runs it: one step after the other, stop at a failure. */
export function renderScript(plan: Plan): string {
  const comments = plan.warnings.map((warning) => `# Warning: ${warning}`);
  const steps = plan.steps.map(({ title, destroys, do: action }) =>
    [`# ${title}`, ...(destroys === null ? [] : [`# Takes or destroys: ${destroys}`]), shellAction(action)].join('\n'),
  );
  const undo = shellChain(plan.undoCommands.map(shellLine)).replaceAll(/^/gm, '#   ');
  return [
    '#!/bin/sh',
    ...comments,
    'set -eu',
    'export LC_ALL=C',
    '',
    steps.join('\n\n'),
    '',
    '# To undo all of it:',
    undo,
    '',
  ].join('\n');
}
