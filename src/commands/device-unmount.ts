import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { CHANGING_EXIT_CODES, changingFlags } from '../cli/changing-flags.ts';
import { lookFlags } from '../cli/device-flags.ts';

/** `dmtool device unmount`. */
export class DeviceUnmount extends BaseCommand {
  static override summary = 'Take off what dmtool device mount has mounted.';

  static override description = [
    'Unmounts it and removes the device that dmtool made for it; what it was made of stays in the pool. What others have mounted is refused.',
    CHANGING_EXIT_CODES,
  ].join('\n\n');

  static override examples = [
    '<%= config.bin %> <%= command.id %> /mnt',
    '<%= config.bin %> <%= command.id %> 7 --yes',
  ];

  static override args = {
    what: Args.string({ required: true, description: 'The directory, or the device as for dmtool device mount.' }),
  };

  static override flags = { ...lookFlags, ...changingFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DeviceUnmount);
    const { runDeviceUnmount } = await import('../cli/changing.ts');
    this.answer(await runDeviceUnmount(args.what, flags, (text) => this.say(text)));
  }
}
