import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { CHANGING_EXIT_CODES, changingFlags } from '../cli/changing-flags.ts';

/** `dmtool adopt`. */
export class Adopt extends BaseCommand {
  static override summary = 'Take a thin pool of LVM into care that somebody else made.';

  static override description = [
    "A pool made by the documents' commands, by Docker's own direct-lvm, by container-storage-setup, or by hand. Gets what it lacks: a profile whose step the VG has room for, dmeventd, and the low water mark; and the tags that the other commands know it by. A profile that can run stays. Nothing else changes: neither data, nor sizes, nor Docker, which runs on. An adopted pool is never removed by dmtool.",
    CHANGING_EXIT_CODES,
  ].join('\n\n');

  static override examples = [
    { description: 'See what would be done', command: '<%= config.bin %> <%= command.id %> --dry-run' },
    { description: "Docker's pool, or the only one, unattended", command: '<%= config.bin %> <%= command.id %> --yes' },
    {
      description: "container-storage-setup's pool",
      command: '<%= config.bin %> <%= command.id %> --pool docker/docker-pool',
    },
  ];

  static override flags = {
    pool: Flags.string({ helpValue: 'NAME', summary: 'Which pool, like docker/thinpool, or a name of dmsetup.' }),
    ...changingFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Adopt);
    const { runAdopt } = await import('../cli/changing.ts');
    this.answer(await runAdopt(flags, this.config.root, (text) => this.say(text)));
  }
}
