import { execute } from '@oclif/core';
import { tolerateLostOutput } from './cli/outputs.ts';
import { answerUnknownCommand } from './cli/unknown-command.ts';
import { COMMANDS } from './commands.ts';

tolerateLostOutput();
const typed = process.argv.slice(2);
// As many other tools have it.
const argv = typed[0] === 'help' ? [...typed.slice(1), '--help'] : typed;

// oclif asks for the user's shell, and crashes where /etc/passwd does not know the user.
process.env['SHELL'] ??= '/bin/sh';

/** oclif takes a word after a command without arguments for a part of the command's name; `--` says that it is none. */
function withoutTopics(argv: readonly string[]): string[] {
  const isBelow = argv[1] !== undefined && Object.hasOwn(COMMANDS, `${argv[0]}:${argv[1]}`);
  const id = argv.slice(0, isBelow ? 2 : 1);
  const words = argv.slice(id.length);
  const command = COMMANDS[id.join(':') as keyof typeof COMMANDS] as { args?: object } | undefined;
  const isStray = words[0] !== undefined && !words[0].startsWith('-');
  const takesNone = command !== undefined && Object.keys(command.args ?? {}).length === 0;
  return isStray && takesNone ? [...id, '--', ...words] : [...argv];
}

/** Check plugins are asked for their version like this (Monitoring Plugins Development Guidelines), and oclif knows it of dmtool alone. */
function isVersionAsked(words: readonly string[]): boolean {
  const [last = '', ...before] = words.toReversed();
  return (last === '-V' || last === '--version') && before.every((word) => !word.startsWith('-'));
}

if (!answerUnknownCommand(argv, Object.keys(COMMANDS))) {
  // Not awaited: with `dmtool --help | head -1` an awaited promise never settles, and Node exits with 13.
  const args = isVersionAsked(argv) ? ['--version'] : argv;
  void execute({ dir: import.meta.url, args: args.length === 0 ? args : withoutTopics(args) });
}
