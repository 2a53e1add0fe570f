import { BaseCommand } from '../cli/base-command.ts';
import { MONITORING_EXIT } from '../cli/exit-codes.ts';

/** `dmtool status`. */
export class Status extends BaseCommand {
  static override summary = 'Tell how every thin pool of this host is: kind, size, use, mode.';

  static override description =
    `Looks and does not touch: the kernel is asked without a flush, and LVM without starting dmeventd.

Exit codes: 0 OK; 1 WARNING; 2 CRITICAL; 3 UNKNOWN (no pool, not allowed to look, wrong arguments).`;

  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<void> {
    await this.parse(Status);
    const { runStatus } = await import('../cli/run-status.ts');
    this.answer(await runStatus());
  }

  protected override errorExitCode(): number {
    return MONITORING_EXIT.UNKNOWN;
  }

  /** Whatever the state is, it is the result: it goes to stdout. */
  protected override isResult(): boolean {
    return true;
  }
}
