import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { CHANGING_EXIT_CODES, changingFlags } from '../cli/changing-flags.ts';

/** `dmtool activate`. */
export class Activate extends BaseCommand {
  static override summary = 'Bring thin pools back after a reboot, and the Docker that missed one.';

  static override description = [
    'LVM\'s pools by lvchange: those that dmtool made or adopted or that Docker is set to use, or the one that is named. Pools without LVM that dmtool has grown: their files are attached again, never twice, and their table is made as it was written down. Docker\'s own pools on files are left to Docker, which makes them when it starts. A Docker that gave up with "Non existing device" is started again. Reads back what the kernel says.',
    CHANGING_EXIT_CODES,
  ].join('\n\n');

  static override examples = [
    { description: 'See what would be done', command: '<%= config.bin %> <%= command.id %> --dry-run' },
    { description: 'All that is needed here, unattended', command: '<%= config.bin %> <%= command.id %> --yes' },
    {
      description: 'One pool, whoever made it',
      command: '<%= config.bin %> <%= command.id %> --pool docker/thinpool',
    },
  ];

  static override flags = {
    pool: Flags.string({ helpValue: 'NAME', summary: 'Which pool, like docker/thinpool, or a name of dmsetup.' }),
    ...changingFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Activate);
    const { runActivate } = await import('../cli/changing.ts');
    this.answer(await runActivate(flags, (text) => this.say(text)));
  }
}
