import { execute } from '@oclif/core';
import { answerUnknownCommand } from './cli/unknown-command.ts';
import { COMMANDS } from './commands.ts';

if (!answerUnknownCommand(process.argv.slice(2), Object.keys(COMMANDS))) {
  // Not awaited: with `dmtool --help | head -1` an awaited promise never settles, and Node exits with 13.
  void execute({ dir: import.meta.url });
}
