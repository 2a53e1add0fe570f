import { BaseCommand } from '../cli/base-command.ts';
import { deviceFlags } from '../cli/device-flags.ts';

/** `dmtool device list`. */
export class DeviceList extends BaseCommand {
  static override summary = "List the thin devices of Docker's pool, the fullest first.";

  static override examples = ['<%= config.bin %> <%= command.id %>'];

  static override flags = deviceFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(DeviceList);
    const { runDeviceList } = await import('../cli/run-device-list.ts');
    this.answer(await runDeviceList(flags));
  }
}
