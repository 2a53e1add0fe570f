import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { CHANGING_EXIT_CODES, changingFlags, LOCK_TIMEOUT } from '../cli/changing-flags.ts';
import { MONITORING_EXIT } from '../cli/exit-codes.ts';

/** `dmtool doctor`. */
export class Doctor extends BaseCommand {
  static override summary = 'Look for all that is known to go wrong with thin pools, and say what helps.';

  static override description =
    `All that status looks at, and what takes a closer look: Docker's settings against the pool that runs, daemons that share a pool, mounts that were leaked and by whom, what is missing for the next boot. It looks and does not touch.

With --fix it does what can do no harm, as every command does that changes something, for the pools that dmtool made or adopted: brings them back when they are not active, attaches their profile, fits its step to what the VG has, has dmeventd watch them, sets the low water mark. The rest is left to you, with the command for it.

Exit codes: 0 OK; 1 WARNING; 2 CRITICAL; 3 UNKNOWN (no pool, not allowed to look, wrong arguments). The worst counts.

With --fix: ${CHANGING_EXIT_CODES}`;

  // oclif leaves blanks behind flags that need another one.
  static override usage = [
    '<%= command.id %> [--json] [--verbose] [--pool NAME]',
    '<%= command.id %> --fix [--json] [--verbose] [--dry-run] [-y] [--lock-timeout TIME]',
  ];

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'See what would be mended', command: '<%= config.bin %> <%= command.id %> --fix --dry-run' },
    { description: 'What a finding means', command: '<%= config.bin %> explain DM109' },
  ];

  static override flags = {
    pool: Flags.string({
      helpValue: 'NAME',
      summary: 'Only this pool, as dmtool status lists it.',
      exclusive: ['fix'],
    }),
    fix: Flags.boolean({ summary: 'Mend what can be mended without harm.' }),
    'dry-run': Flags.boolean({ ...changingFlags['dry-run'], dependsOn: ['fix'] }),
    yes: Flags.boolean({ ...changingFlags.yes, dependsOn: ['fix'] }),
    'lock-timeout': Flags.string({ ...LOCK_TIMEOUT, dependsOn: ['fix'] }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    if (flags.fix) {
      const { runFix } = await import('../cli/changing.ts');
      this.answer(await runFix(flags, this.config.root, (text) => this.say(text)));
    } else {
      const { runDoctor } = await import('../cli/run-doctor.ts');
      this.answer(await runDoctor(flags.pool));
    }
  }

  private get mends(): boolean {
    return this.argv.includes('--fix');
  }

  protected override errorExitCode(error: Error): number {
    return this.mends ? super.errorExitCode(error) : MONITORING_EXIT.UNKNOWN;
  }

  /** Whatever the state is, it is the result: it goes to stdout. */
  protected override isResult(exitCode: number): boolean {
    return !this.mends || super.isResult(exitCode);
  }
}
