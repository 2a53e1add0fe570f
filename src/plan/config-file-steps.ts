import type { ConfigFile } from '../model/docker.ts';
import type { OwnedConfig } from '../model/ownership.ts';
import { type Condition, not } from './condition.ts';
import { step } from './make-step.ts';
import type { Step } from './step.ts';

/** The file holds just that; null: it is not there. */
export const fileAs = (path: string, content: string | null): Condition =>
  content === null ? not({ is: 'file-present', path }) : { is: 'file-is', path, content };

/** Keeps the old file of an engine's settings, and writes the new one. */
export function configFileSteps(
  ids: { keep: string; write: string },
  { realPath: path, content: before, mode, owner, backups }: ConfigFile,
  text: string,
  { backup, before: kept }: OwnedConfig,
): Step[] {
  const written: Condition = { is: 'file-is', path, content: text };
  // A copy that an earlier run made is the first one, and stays.
  return [
    ...(backup !== null && kept !== null && !backups.includes(backup)
      ? [
          step({
            id: ids.keep,
            title: `Keep a copy of ${path} as ${backup}`,
            do: { kind: 'write-file', path: backup, content: kept, mode, owner },
            undo: [{ when: { is: 'file-is', path: backup, content: kept }, do: { kind: 'remove-file', path: backup } }],
            done: { is: 'file-is', path: backup, content: kept },
          }),
        ]
      : []),
    step({
      id: ids.write,
      title: `Write ${path}`,
      do: { kind: 'write-file', path, content: text, mode, owner },
      undo: [
        {
          when: written,
          do:
            before === null
              ? { kind: 'remove-file', path }
              : { kind: 'write-file', path, content: before, mode, owner },
        },
      ],
      done: written,
    }),
  ];
}
