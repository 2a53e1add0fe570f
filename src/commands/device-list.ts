import { BaseCommand } from '../cli/base-command.ts';
import { exactFlag, LOOKING_EXIT_CODES, lookFlags } from '../cli/device-flags.ts';

/** `dmtool device list`. */
export class DeviceList extends BaseCommand {
  static override summary = "List the thin devices of Docker's pool, the fullest first.";

  static override description = [
    'Reads what Docker has written to disk and asks the kernel, never the daemon: it works while Docker runs, and when it does not start. The state is "mounted", "active", "-" for neither, or "deleted" when Docker only waits to remove it.',
    LOOKING_EXIT_CODES,
  ].join('\n\n');

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'How much is mapped of inactive devices, too',
      command: '<%= config.bin %> <%= command.id %> --exact',
    },
    {
      description: 'A data root that Docker is not on at the moment',
      command: '<%= config.bin %> <%= command.id %> --root /srv/docker --pool vg0-docker',
    },
  ];

  static override flags = { ...lookFlags, ...exactFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(DeviceList);
    const { runDeviceList } = await import('../cli/run-device-list.ts');
    this.answer(await runDeviceList(flags, (text) => this.say(text)));
  }
}
