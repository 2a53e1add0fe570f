import * as z from 'zod/mini';
import type { LvmSettings } from '../model/lvm.ts';
import { checkShape } from './shape.ts';

/** The filter that LVM has by itself. */
const ACCEPT_ALL = '["a|.*|"]';

const settings = z.object({
  profile_dir: z.string().check(z.startsWith('/')),
  thin_check_executable: z.string(),
  monitoring: z.enum(['0', '1']),
  use_devicesfile: z._default(z.enum(['0', '1']), '0'),
  filter: z._default(z.string(), ACCEPT_ALL),
  global_filter: z._default(z.string(), ACCEPT_ALL),
});

/**
 * Reads lvmconfig(8)'s lines `name="text"` and `name=1`.
 * @throws UnreadableOutput when one that was asked for is missing
 */
export function parseLvmconfig(text: string): LvmSettings {
  const values = Object.fromEntries(
    [...text.matchAll(/^[^\S\n]*(\w+)=(?:"(.*)"|(.*))$/gm)].map(([, name, quoted, plain]) => [name, quoted ?? plain]),
  );
  const read = checkShape('lvmconfig', text, settings, values);
  const { profile_dir, thin_check_executable, monitoring, use_devicesfile, filter, global_filter } = read;
  return {
    profileDirectory: profile_dir,
    thinCheckExecutable: thin_check_executable,
    monitoring: monitoring === '1',
    filtersDevices: use_devicesfile === '0' && [filter, global_filter].some((each) => each !== ACCEPT_ALL),
  };
}
