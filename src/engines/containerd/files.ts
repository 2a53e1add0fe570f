import type { EffectiveConfig } from '../../model/containerd.ts';
import type { SettingsFile } from '../../model/docker.ts';
import { UnreadableOutput } from '../../tools/unreadable.ts';
import { readUnits } from '../docker/unit-files.ts';
import { isTable, otherSettings, parseToml, snapshotterSettings } from './config.ts';

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

/**
 * Reads `containerd config dump`.
 * @returns what EffectiveConfig has, with all other settings themselves
 * @throws UnreadableOutput
 */
export function readDump(text: string): EffectiveConfig {
  const unreadable = (problem: string) => new UnreadableOutput('containerd config dump', problem, text);
  const parsed = parseToml(text);
  if (!('table' in parsed)) throw unreadable(parsed.problem);
  const { root, grpc } = parsed.table;
  const address = isTable(grpc) ? grpc['address'] : undefined;
  if (typeof root !== 'string' || typeof address !== 'string') throw unreadable('no root and no address in it');
  return { root, address, snapshotter: snapshotterSettings(parsed.table), others: otherSettings(parsed.table) };
}
