import { BaseCommand } from '../cli/base-command.ts';
import { deviceArgument, exactFlag, LOOKING_EXIT_CODES, lookFlags } from '../cli/device-flags.ts';

/** `dmtool device show`. */
export class DeviceShow extends BaseCommand {
  static override summary = 'Tell all of one thin device: whose it is, how much is mapped, where mounted.';

  static override description = LOOKING_EXIT_CODES;

  static override examples = [
    { description: 'By its number in the pool', command: '<%= config.bin %> <%= command.id %> 7' },
    { description: "By the beginning of Docker's name for it", command: '<%= config.bin %> <%= command.id %> 77abe5' },
    { description: "By its container's name", command: '<%= config.bin %> <%= command.id %> web --json' },
  ];

  static override args = { device: deviceArgument };

  static override flags = { ...lookFlags, ...exactFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DeviceShow);
    const { runDeviceShow } = await import('../cli/run-device-list.ts');
    this.answer(await runDeviceShow(args.device, flags, (text) => this.say(text)));
  }
}
