import * as z from 'zod';
import type { LvmSettings } from '../model/lvm.ts';
import { UnreadableOutput } from './unreadable.ts';

const settings = z.object({
  profile_dir: z.string().startsWith('/'),
  thin_check_executable: z.string(),
  monitoring: z.enum(['0', '1']),
});

/**
 * Reads lvmconfig(8)'s lines `name="text"` and `name=1`.
 * @throws UnreadableOutput when one that was asked for is missing
 */
export function parseLvmconfig(text: string): LvmSettings {
  const values = Object.fromEntries(
    [...text.matchAll(/^\s*(\w+)=(?:"(.*)"|(.*))$/gm)].map(([, name, quoted, plain]) => [name, quoted ?? plain]),
  );
  const parsed = settings.safeParse(values);
  if (!parsed.success) throw new UnreadableOutput('lvmconfig', z.prettifyError(parsed.error), text);
  const { profile_dir, thin_check_executable, monitoring } = parsed.data;
  return {
    profileDirectory: profile_dir,
    thinCheckExecutable: thin_check_executable,
    monitoring: monitoring === '1',
  };
}
