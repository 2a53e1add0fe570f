import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { CHANGING_EXIT_CODES, changingFlags } from '../cli/changing-flags.ts';

/** `dmtool teardown`. */
export class Teardown extends BaseCommand {
  static override summary = 'Take a setup back: Docker as it was, then the pool, its VG and its disks.';

  static override description = [
    'Brings Docker back to its former driver, data, daemon.json and containers, and only when it runs removes the pool, its VG and PVs, as far as dmtool made them and nothing else is in them. Disks that were blank are blank again. What Docker made on the pool is lost, and named before.',
    CHANGING_EXIT_CODES,
  ].join('\n\n');

  static override examples = [
    { description: 'See what would be done', command: '<%= config.bin %> <%= command.id %> --dry-run' },
    { description: 'Do it', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'One of several pools',
      command: '<%= config.bin %> <%= command.id %> --vg docker --pool thinpool',
    },
  ];

  static override flags = {
    vg: Flags.string({ helpValue: 'NAME', summary: "The pool's VG; needed only where there are several." }),
    pool: Flags.string({ helpValue: 'NAME', summary: 'The pool; needed only where there are several.' }),
    loop: Flags.boolean({ summary: 'What setup --loop made.' }),
    ...changingFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Teardown);
    const { runTeardown } = await import('../cli/changing.ts');
    this.answer(await runTeardown(flags, this.config.root, (text) => this.say(text)));
  }
}
