import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';

/** `dmtool explain`. */
export class Explain extends BaseCommand {
  static override summary = 'Tell what a finding of dmtool status means, how it is seen, and what to do.';

  static override examples = [
    '<%= config.bin %> <%= command.id %> DM104',
    { description: 'All of them', command: '<%= config.bin %> <%= command.id %>' },
  ];

  static override args = { code: Args.string({ name: 'CODE', description: 'Like DM104; without it: all of them.' }) };

  async run(): Promise<void> {
    const { args } = await this.parse(Explain);
    const { runExplain } = await import('../cli/run-explain.ts');
    this.answer(runExplain(args.code));
  }
}
