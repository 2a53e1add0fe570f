import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { CHANGING_EXIT_CODES, changingFlags } from '../cli/changing-flags.ts';

/** `dmtool repair`. */
export class Repair extends BaseCommand {
  static override summary = 'Make a thin pool well again whose metadata need a check, are damaged or full.';

  static override description = [
    'Stops the engine that uses the pool, deactivates it, copies its metadata aside (compressed, with a checksum) and has thin_check look through them. Where only the flag needs_check is set it is cleared; metadata that are damaged are repaired with lvconvert --repair, or without LVM with thin_repair into a new file; those that were full are made larger. Then the pool is activated, filesystems on it are checked with nothing changed, and what ran runs again. Says before it begins what may be lost. Old metadata are never removed. Refuses on a pool that is well.',
    CHANGING_EXIT_CODES,
    'A pool whose metadata thin_check calls damaged is not put back when they can not be repaired: it stays down, with exit code 4, beside its copy.',
    'A filesystem that is damaged, not clear before its journal is replayed, or not checked is told, with exit code 4: the pool is repaired all the same.',
  ].join('\n\n');

  static override examples = [
    { description: 'See what would be done', command: '<%= config.bin %> <%= command.id %> --dry-run' },
    { description: 'The pool that is ill', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'One of several, unattended',
      command: '<%= config.bin %> <%= command.id %> --pool docker/thinpool --yes',
    },
  ];

  static override flags = {
    pool: Flags.string({ helpValue: 'NAME', summary: 'Which pool, like docker/thinpool, or a name of dmsetup.' }),
    ...changingFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Repair);
    const { runRepair } = await import('../cli/changing.ts');
    this.answer(await runRepair(flags, (text) => this.say(text)));
  }
}
