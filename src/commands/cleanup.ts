import { BaseCommand } from '../cli/base-command.ts';
import { CHANGING_EXIT_CODES, changingFlags } from '../cli/changing-flags.ts';

/** `dmtool cleanup`. */
export class Cleanup extends BaseCommand {
  static override summary = 'Remove for good what setup set aside of Docker (docker.bk).';

  static override description = [
    'Removes the images, containers and volumes that Docker had before setup, once nobody wants them back. Refused while anything in them is mounted or under a loop device. dmtool teardown works afterwards too; Docker then begins without data.',
    CHANGING_EXIT_CODES,
  ].join('\n\n');

  static override examples = [
    { description: 'See what would be removed', command: '<%= config.bin %> <%= command.id %> --dry-run' },
    { description: 'Remove it', command: '<%= config.bin %> <%= command.id %>' },
  ];

  static override flags = changingFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(Cleanup);
    const { runCleanup } = await import('../cli/changing.ts');
    this.answer(await runCleanup(flags, (text) => this.say(text)));
  }
}
