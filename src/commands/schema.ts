import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { EXIT } from '../cli/exit-codes.ts';

/** `dmtool schema`. */
export class Schema extends BaseCommand {
  static override summary = 'Print the JSON Schema of what a command prints with --json.';

  static override examples = [
    '<%= config.bin %> <%= command.id %> setup',
    '<%= config.bin %> <%= command.id %> device list',
  ];

  static override args = {
    command: Args.string({ required: true, description: 'The command.' }),
    word: Args.string({ description: 'Its second word, where it has one.' }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Schema);
    const { schemaText } = await import('../cli/run-schema.ts');
    process.stdout.write(schemaText([args.command, args.word].filter(Boolean).join(' ')));
    process.exitCode = EXIT.done;
  }
}
