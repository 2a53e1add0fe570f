import { rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { bringBack, moveOne, setAside } from '../host/data-root-moves.ts';
import { makeDirectory, removeFile, removeIfEmpty, writeAtomically } from '../host/files.ts';
import type { Action } from '../plan/step.ts';

type FileAction = Extract<Action, { kind: 'write-file' | 'remove-file' | 'move' | 'set-aside' | 'bring-back' }>;

/** Carries out what needs no program, and remembers which directories it had to make, so that undo removes them too. */
export function filePerformer(): (action: FileAction) => void {
  const madeDirectories = new Set<string>();
  return (action) => {
    switch (action.kind) {
      case 'write-file': {
        const made = makeDirectory(dirname(action.path));
        if (made !== undefined) madeDirectories.add(made);
        return writeOrClear(action, made);
      }
      case 'remove-file':
        removeFile(action.path);
        if (action.prunes) removeIfEmpty(dirname(action.path));
        else if (madeDirectories.has(dirname(action.path))) rmdirSync(dirname(action.path));
        return;
      case 'move':
        return moveOne(action.from, action.to);
      case 'set-aside':
        return setAside(action);
      case 'bring-back':
        return bringBack(action);
    }
  };
}

/** A write that fails leaves none of the directories that were made for it: with no file in them nothing would undo them. */
function writeOrClear(
  { path, content, mode, owner }: Extract<FileAction, { kind: 'write-file' }>,
  made: string | undefined,
): void {
  try {
    writeAtomically(path, content, mode, owner);
  } catch (error) {
    for (let each = dirname(path); made !== undefined && each.startsWith(made); each = dirname(each))
      removeIfEmpty(each);
    throw error;
  }
}
