import { Errors } from '@oclif/core';
import {
  CommandFailed,
  DeadlinePassed,
  Interrupted,
  JournalUnreadable,
  JournalUnwritable,
  LockHeld,
  LockUnusable,
  ProgramMissing,
  SnapshotReserved,
} from '../host/errors.ts';
import { installRemedy } from '../tools/programs.ts';
import { shellLine } from '../tools/shell-line.ts';
import { UnreadableOutput } from '../tools/unreadable.ts';
import { EXIT } from './exit-codes.ts';
import { recordRemedy } from './record-remedies.ts';
import { isSystemError, systemErrorMessage, systemErrorRemedy } from './system-error.ts';
import { UsageError } from './usage-error.ts';

/** What an error that ended a command exits with, unless the command has codes of its own. */
export function exitCodeFor(error: Error): number {
  if (error instanceof LockHeld) return EXIT.locked;
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof Errors.CLIError) return EXIT.usage;
  if ([JournalUnreadable, JournalUnwritable, LockUnusable, SnapshotReserved].some((each) => error instanceof each))
    return EXIT.refused;
  return EXIT.missingProgram;
}

/** So much of a program's own words tells what ails it. */
const MOST_WORDS = 600;

/** What happened, in one sentence; of a program that failed with its own words. */
export function messageFor(error: Error): string {
  if (error instanceof CommandFailed || error instanceof DeadlinePassed) {
    const { message, words } = error;
    return words ? `${message}: ${words.slice(0, MOST_WORDS)}` : message;
  }
  if (isSystemError(error)) return systemErrorMessage(error);
  if (!(error instanceof Errors.CLIError) || error instanceof UsageError) return error.message;
  // oclif's own sentences come in colours, and on several lines.
  const [message = ''] = error.message.split('\nSee more help');
  return message
    .replaceAll('\u001b[2m', '')
    .replaceAll('\u001b[22m', '')
    .replaceAll(/\s*\n\s*/g, ' ');
}

/** A disk that is typed alone is what most begin with, where a command takes disks by a flag. */
function usageRemedy({ message, parse }: Errors.CLIError & { parse?: { input?: { flags?: object } } }): string {
  const device = /^Unexpected argument: (\/dev\/\S+)/.exec(message)?.[1];
  const isTaken = Object.hasOwn(parse?.input?.flags ?? {}, 'device');
  return device !== undefined && isTaken
    ? `a disk is named with ${shellLine(['--device', device])}; look at its --help`
    : 'look at its --help';
}

/** What helps; null: that is not known. */
export function remedyFor(error: Error): string | null {
  if (error instanceof ProgramMissing) return installRemedy(error.program);
  if (error instanceof LockHeld)
    return 'wait until it is done, then run this again; or have --lock-timeout 60s wait for it';
  if (error instanceof LockUnusable)
    return `see what "flock --exclusive ${error.path} true" says: without its lock dmtool changes nothing`;
  if (error instanceof SnapshotReserved)
    return `if no other program reads them: dmsetup message ${error.pool} 0 release_metadata_snap; or leave --exact out`;
  if (error instanceof JournalUnreadable) return recordRemedy(error.path);
  if (error instanceof JournalUnwritable) return 'make it writable: without its journal dmtool changes nothing';
  if (error instanceof CommandFailed)
    return 'mend what it says, then run this again: nothing is concluded without its answer';
  if (error instanceof DeadlinePassed)
    return 'find out what it waits for: a suspended device (dmsetup info), a disk that does not answer (dmesg), or another LVM command (ps)';
  if (error instanceof UnreadableOutput)
    return 'see what it says by hand; this version of dmtool may be too old for it';
  if (error instanceof Errors.CLIError) return usageRemedy(error);
  return isSystemError(error) ? systemErrorRemedy(error) : null;
}
