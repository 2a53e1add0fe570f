import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { CHANGING_EXIT_CODES, changingFlags } from '../cli/changing-flags.ts';

/** `dmtool resize`. */
export class Resize extends BaseCommand {
  static override summary = 'Grow a thin pool while it runs, whoever made it.';

  static override description = [
    "LVM's pools: gives the VG new disks where --device names some, then extends metadata and data, and fits auto-extension to what is left. Pools on loop files: makes the file longer, has the loop device see it, and gives the kernel the pool's own table with another length, in one short freeze. Pools on block devices: the same without a file. Reads back what the kernel says, and what Docker says, and exits 0 only when it is the new size.",
    CHANGING_EXIT_CODES,
  ].join('\n\n');

  static override examples = [
    { description: 'See what would be done', command: '<%= config.bin %> <%= command.id %> 200G --dry-run' },
    { description: 'To 200 GiB in all', command: '<%= config.bin %> <%= command.id %> 200G' },
    { description: 'By 20 GiB', command: '<%= config.bin %> <%= command.id %> +20G' },
    { description: 'All that the VG has free', command: '<%= config.bin %> <%= command.id %> +100%FREE' },
    {
      description: 'By another disk, up to the share of the VG that setup takes',
      command: '<%= config.bin %> <%= command.id %> --device /dev/xvdg',
    },
    {
      description: 'Metadata that are full, of one of several pools',
      command: '<%= config.bin %> <%= command.id %> --pool docker/thinpool --metadata +200M',
    },
  ];

  static override args = {
    size: Args.string({
      name: 'SIZE',
      description:
        'The new size of its data: 200G, +20G or +100%FREE. Without it: as large as what it stands on allows.',
    }),
  };

  static override flags = {
    device: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'DEV',
      summary: "A blank disk or partition to give to the pool's VG. May be given several times.",
    }),
    metadata: Flags.string({ helpValue: 'SIZE', summary: 'The new size of its metadata, like 2G or +200M.' }),
    pool: Flags.string({
      helpValue: 'NAME',
      summary: 'Which pool, as dmtool status lists it; needed only where there are several.',
    }),
    ...changingFlags,
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Resize);
    const { runResize } = await import('../cli/changing.ts');
    const asked = { ...flags, size: args.size };
    this.answer(await runResize(asked, this.config.root, (text) => this.say(text)));
  }
}
