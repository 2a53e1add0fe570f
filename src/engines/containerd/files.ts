import type { SettingsFile } from '../../model/docker.ts';
import { readUnits } from '../docker/unit-files.ts';

/** Where containerd looks when nothing tells it otherwise (containerd(8)). */
const USUAL_CONFIG_PATH = '/etc/containerd/config.toml';

/** The config.toml that its unit names. */
export function configPathOf(settings: readonly SettingsFile[]): string {
  const words = readUnits(settings)
    .commands.flat()
    .map(({ text }) => text);
  const joined = words.find((word) => /^--?c(?:onfig)?=/.test(word))?.replace(/^[^=]*=/, '');
  const at = words.findIndex((word) => /^--?c(?:onfig)?$/.test(word));
  return joined ?? (at < 0 ? undefined : words[at + 1]) ?? USUAL_CONFIG_PATH;
}
