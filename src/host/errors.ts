import { spokenLine } from '../tools/shell-line.ts';

/** What a program said, on one line. */
const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, '; ');

/** A program that dmtool needs is not on this host. */
export class ProgramMissing extends Error {
  readonly program: string;

  constructor(program: string) {
    super(`${program} was not found`);
    this.name = 'ProgramMissing';
    this.program = program;
  }
}

/** A program ran and said no. */
export class CommandFailed extends Error {
  readonly argv: readonly string[];
  readonly exitCode: number;
  readonly stderr: string;

  constructor(argv: readonly string[], exitCode: number, stderr: string) {
    super(`${spokenLine(argv)} failed with exit code ${exitCode}`);
    this.name = 'CommandFailed';
    this.argv = argv;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }

  /** What the program said, on one line. */
  get words(): string {
    return oneLine(this.stderr);
  }
}

/** Something that was waited for did not come. */
export class NotInTime extends Error {
  /** What the one that was waited for said last. */
  readonly details: string;

  constructor(message: string, details: string) {
    super(message);
    this.name = 'NotInTime';
    this.details = details;
  }
}

/** What was to go from one place to another did not, or not whole. */
export class TransferFailed extends Error {
  /** In the words of who was to give or take it. */
  readonly details: string;

  constructor(message: string, details: string) {
    super(message);
    this.name = 'TransferFailed';
    this.details = details;
  }
}

/** A reading program did not answer in time and was given up. */
export class DeadlinePassed extends Error {
  readonly argv: readonly string[];
  readonly deadlineMs: number;
  /** What it had said so far, on one line. */
  readonly words: string;

  constructor(argv: readonly string[], deadlineMs: number, stderr = '') {
    super(`${spokenLine(argv)} did not answer within ${deadlineMs / 1000} s`);
    this.name = 'DeadlinePassed';
    this.argv = argv;
    this.deadlineMs = deadlineMs;
    this.words = oneLine(stderr);
  }
}

/** Another dmtool is changing this host. */
export class LockHeld extends Error {
  readonly path: string;
  /** What the holder wrote about itself; empty when it could not be read. */
  readonly holder: string;

  constructor(path: string, holder: string) {
    super(`another dmtool is at work${holder ? ` (${holder})` : ''}`);
    this.name = 'LockHeld';
    this.path = path;
    this.holder = holder;
  }
}

/** The lock can be neither taken nor found held. */
export class LockUnusable extends Error {
  readonly path: string;

  constructor(path: string, detail: string) {
    super(`${path} can't be locked: ${detail}`);
    this.name = 'LockUnusable';
    this.path = path;
  }
}

/** A pool's metadata are reserved by somebody else. */
export class SnapshotReserved extends Error {
  readonly pool: string;

  constructor(pool: string) {
    super(`the metadata of ${pool} are reserved by another program`);
    this.name = 'SnapshotReserved';
    this.pool = pool;
  }
}

/** The journal can't be written: a run must not begin that nobody could recognise afterwards. */
export class JournalUnwritable extends Error {
  readonly path: string;

  constructor(path: string, detail: string) {
    super(`${path} can't be written: ${detail}`);
    this.name = 'JournalUnwritable';
    this.path = path;
  }
}

/** The journal can't be read: what it would say of unfinished runs is not known. */
export class JournalUnreadable extends Error {
  readonly path: string;

  constructor(path: string, detail: string) {
    super(`${path} can't be read: ${detail}`);
    this.name = 'JournalUnreadable';
    this.path = path;
  }
}

/** A signal came while dmtool was looking. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted; nothing was changed');
    this.name = 'Interrupted';
  }
}
