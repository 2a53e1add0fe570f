import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { MONITORING_EXIT } from '../cli/exit-codes.ts';

const range = (summary: string) => Flags.string({ helpValue: 'RANGE', summary });

/** `dmtool status`. */
export class Status extends BaseCommand {
  static override summary = 'Tell how every thin pool is, for people, cron, Nagios and Prometheus.';

  static override description =
    `Looks and does not touch: the kernel is asked first, without a flush, then LVM, without starting dmeventd and without waiting for its lock. When LVM does not answer in time, what the kernel says is told all the same.

A RANGE is the Monitoring Plugins': 80 alerts above 80, 10: below 10, 10:20 outside, @10:20 inside; always in percent.

Exit codes: 0 OK; 1 WARNING; 2 CRITICAL; 3 UNKNOWN (no pool, not allowed to look, wrong arguments). The worst counts.`;

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'A check plugin, with thresholds of its own',
      command: '<%= config.bin %> <%= command.id %> --format nagios -w 70 -c 85 --vg-warning 5:',
    },
    {
      description: 'cron: a mail only when something is wrong',
      command: '<%= config.bin %> <%= command.id %> --quiet',
    },
    {
      description: "For node_exporter's text files",
      command:
        '<%= config.bin %> <%= command.id %> --format prometheus --output /var/lib/prometheus/node-exporter/dmtool.prom',
    },
  ];

  static override flags = {
    warning: Flags.string({
      char: 'w',
      helpValue: 'RANGE',
      summary: 'Data in use, a warning [default: 80; 85 where LVM can extend the pool by itself].',
    }),
    critical: Flags.string({ char: 'c', helpValue: 'RANGE', summary: 'Data in use, critical [default: 90].' }),
    'metadata-warning': range('Metadata in use, a warning [default: 75].'),
    'metadata-critical': range('Metadata in use, critical [default: 90].'),
    'vg-warning': range('Free space of the VG, a warning, like 5: [default: none].'),
    'vg-critical': range('Free space of the VG, critical [default: none].'),
    timeout: Flags.string({
      char: 't',
      helpValue: 'SECONDS',
      default: '8',
      summary: 'Answer within that time, whatever LVM does.',
    }),
    format: Flags.string({
      options: ['human', 'nagios', 'json', 'prometheus'],
      summary: 'How to tell it [default: human on a terminal, nagios elsewhere].',
    }),
    output: Flags.string({ helpValue: 'FILE', summary: 'Replace this file in one step, and print nothing.' }),
    pool: Flags.string({ helpValue: 'NAME', summary: 'Only this pool.' }),
    quiet: Flags.boolean({ char: 'q', summary: 'Print nothing when all is well.' }),
    verbose: Flags.boolean({
      char: 'v',
      summary: 'With nagios: every finding, with its remedy, on a line of its own.',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Status);
    const { runStatus } = await import('../cli/run-status.ts');
    const { text, ...answer } = await runStatus(flags, process.stdout.isTTY);
    this.answer({ ...answer, text });
  }

  protected override errorExitCode(): number {
    return MONITORING_EXIT.UNKNOWN;
  }

  /** Whatever the state is, it is the result: it goes to stdout. */
  protected override isResult(): boolean {
    return true;
  }
}
