import { Command, Errors, Flags } from '@oclif/core';
import { Interrupted } from '../host/errors.ts';
import { killShells } from '../host/open-shells.ts';
import { toJson } from '../report/json.ts';
import { oneLine, printable } from '../tools/printable.ts';
import { exitCodeFor, messageFor, remedyFor } from './error-words.ts';
import { EXIT } from './exit-codes.ts';
import { endWhileLooking } from './interrupt.ts';

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

  protected override async init(): Promise<void> {
    await super.init();
    // The reader that leaves has what it wanted; a result that could not be written is none.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exitCode ||= this.errorExitCode(error);
    });
    endWhileLooking(() => {
      killShells();
      // All of it is written before the first await.
      void this.catch(new Interrupted());
      process.exit();
    });
  }

  /** What the command's own errors exit with: status has other codes than commands that change something. */
  protected errorExitCode(error: Error): number {
    return exitCodeFor(error);
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
    const message = messageFor(error);
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
