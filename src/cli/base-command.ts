import { Command, Errors, Flags } from '@oclif/core';
import {
  JournalUnreadable,
  JournalUnwritable,
  LockHeld,
  LockUnusable,
  ProgramMissing,
  SnapshotReserved,
} from '../host/errors.ts';
import { toJson } from '../report/json.ts';
import { oneLine, printable } from '../tools/printable.ts';
import { installRemedy } from '../tools/programs.ts';
import { UnreadableOutput } from '../tools/unreadable.ts';
import { EXIT } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

/** What every command prints in the end. */
export interface Answer {
  exitCode: number;
  text: string;
  document: Record<string, unknown>;
}

/** Shared by all commands: one answer on stdout, as text or as one JSON document, and one place that words errors. */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    json: Flags.boolean({ summary: 'Print exactly one JSON document on stdout, on errors too.', helpGroup: 'GLOBAL' }),
    verbose: Flags.boolean({
      summary: 'Show each command as it runs, with its output, and the stack of an error.',
      helpGroup: 'GLOBAL',
    }),
  };

  /** A reader that leaves, or a full disk, does not stop a run half way: what can't be said stays unsaid. */
  protected override async init(): Promise<void> {
    await super.init();
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  }

  /** What the command's own errors exit with: status has other codes than commands that change something. */
  protected errorExitCode(error: Error): number {
    if (error instanceof LockHeld) return EXIT.locked;
    if (error instanceof ProgramMissing || error instanceof UnreadableOutput) return EXIT.missingProgram;
    if (error instanceof Errors.CLIError) return EXIT.usage;
    if ([JournalUnreadable, JournalUnwritable, LockUnusable, SnapshotReserved].some((each) => error instanceof each))
      return EXIT.refused;
    return EXIT.missingProgram;
  }

  /** Prints the answer: results on stdout, refusals and failures on stderr. */
  protected answer({ exitCode, text, document }: Answer): void {
    if (this.wantsJson()) process.stdout.write(toJson({ version: 1, command: this.spokenId(), exitCode, ...document }));
    else if (text !== '') this.print(this.isResult(exitCode) ? process.stdout : process.stderr, text);
    process.exitCode = exitCode;
  }

  /** A result that goes to a program is left as it is: a script must say what it says. */
  private print(stream: NodeJS.WriteStream, text: string): void {
    const isForPeople = stream.isTTY || stream === process.stderr;
    stream.write(`${isForPeople ? printable(text) : text}\n`);
  }

  /** As it is typed: oclif joins the words of a command with colons. */
  private spokenId(): string {
    return (this.id ?? '').replaceAll(':', ' ');
  }

  /** Whether a text is what was asked for, or says why there is none. */
  protected isResult(exitCode: number): boolean {
    return exitCode === EXIT.done;
  }

  /** Progress, warnings and questions. */
  protected say(text: string): void {
    this.print(process.stderr, text);
  }

  protected wantsJson(): boolean {
    return this.argv.includes('--json');
  }

  protected override async catch(error: Error): Promise<void> {
    if (this.argv.includes('--verbose') && error.stack) this.say(error.stack);
    const message = messageOf(error);
    const remedy = remedyFor(error);
    this.answer({
      exitCode: this.errorExitCode(error),
      text: [`dmtool ${this.spokenId()}: ${oneLine(message)}`, ...(remedy ? [`  -> ${remedy}`] : [])].join('\n'),
      document: {
        outcome: 'error',
        error: { name: error instanceof Errors.CLIError ? 'UsageError' : error.name, message, remedy },
      },
    });
  }
}

/** oclif's own sentences come in colours, and on several lines. */
function messageOf(error: Error): string {
  if (!(error instanceof Errors.CLIError) || error instanceof UsageError) return error.message;
  const [message = ''] = error.message.split('\nSee more help');
  return message
    .replaceAll('\u001b[2m', '')
    .replaceAll('\u001b[22m', '')
    .replaceAll(/\s*\n\s*/g, ' ');
}

function remedyFor(error: Error): string | null {
  if (error instanceof ProgramMissing) return installRemedy(error.program);
  if (error instanceof LockHeld) return 'wait until it is done, then run this again';
  if (error instanceof LockUnusable)
    return `see what "flock --exclusive ${error.path} true" says: without its lock dmtool changes nothing`;
  if (error instanceof SnapshotReserved)
    return `if no other program reads them: dmsetup message ${error.pool} 0 release_metadata_snap; or leave --exact out`;
  if (error instanceof JournalUnreadable)
    return `look at pvs and lvs for what an unfinished run left, then remove ${error.path}`;
  if (error instanceof JournalUnwritable) return 'make it writable: without its journal dmtool changes nothing';
  if (error instanceof Errors.CLIError) return 'look at its --help';
  return null;
}
