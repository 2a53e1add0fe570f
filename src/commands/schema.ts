import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { EXIT } from '../cli/exit-codes.ts';

const COMMANDS = ['cleanup', 'setup', 'status', 'teardown'] as const;

/** `dmtool schema`. */
export class Schema extends BaseCommand {
  static override summary = 'Print the JSON Schema of what a command prints with --json.';

  static override examples = ['<%= config.bin %> <%= command.id %> setup'];

  static override args = {
    command: Args.string({ required: true, options: COMMANDS, description: 'The command.' }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Schema);
    const { schemaText } = await import('../cli/run-schema.ts');
    process.stdout.write(schemaText(args.command as (typeof COMMANDS)[number]));
    process.exitCode = EXIT.done;
  }
}
