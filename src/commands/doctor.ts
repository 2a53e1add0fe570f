import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { MONITORING_EXIT } from '../cli/exit-codes.ts';

/** `dmtool doctor`. */
export class Doctor extends BaseCommand {
  static override summary = 'Look for everything that is known to go wrong with thin pools, and say what helps.';

  static override description =
    `All that status looks at, and what takes a closer look: Docker's settings against the pool that runs, daemons that share a pool, mounts that were leaked and by whom, what is missing for the next boot. It looks and does not touch.

Exit codes: 0 OK; 1 WARNING; 2 CRITICAL; 3 UNKNOWN (no pool, not allowed to look, wrong arguments). The worst counts.`;

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'What a finding means', command: '<%= config.bin %> explain DM109' },
  ];

  static override flags = {
    pool: Flags.string({ helpValue: 'NAME', summary: 'Only this pool, as dmtool status lists it.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    const { runDoctor } = await import('../cli/run-doctor.ts');
    this.answer(await runDoctor(flags.pool));
  }

  protected override errorExitCode(): number {
    return MONITORING_EXIT.UNKNOWN;
  }

  /** Whatever the state is, it is the result: it goes to stdout. */
  protected override isResult(): boolean {
    return true;
  }
}
