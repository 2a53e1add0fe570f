import { parse, TomlError } from 'smol-toml';
import type { EffectiveConfig, PluginValue, SnapshotterSettings } from '../model/containerd.ts';
import { UnreadableOutput } from './unreadable.ts';

/** A table of a TOML document. */
export type Table = Record<string, unknown>;

/** The snapshotter's name in config.toml from version 2 on (containerd-config.toml(5)). */
const PLUGIN = 'io.containerd.snapshotter.v1.devmapper';
/** The same in a file of version 1, which is what a file without a version is. */
const SHORT_PLUGIN = 'devmapper';

/** What is wrong with a text, as a clause, and where. */
export interface TomlProblem {
  problem: string;
  line: number;
  column: number;
}

/** containerd's own settings stand five deep; whoever compares them calls itself for each level. */
const MOST_LEVELS = 500;

/** Stands in a text that was read for bytes that are no UTF-8. */
const NO_UTF8 = '\ufffd';

/** Reads TOML. What could not be written back byte for byte is a problem as well. */
export function parseToml(text: string): { table: Table } | TomlProblem {
  const lost = text.split('\n').findIndex((line) => line.includes(NO_UTF8));
  if (lost >= 0)
    return { problem: 'bytes that are no UTF-8, or U+FFFD, which stands for such', line: lost + 1, column: 1 };
  try {
    // Go's integers have 64 bits.
    const table = parse(text, { integersAsBigInt: 'asNeeded' });
    return isDeeperThan(table, MOST_LEVELS) ? { problem: 'keys nested too deeply', line: 1, column: 1 } : { table };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { message, line, column } = error;
    return { problem: message.replace(/^Invalid TOML document: |\n.*$/gs, ''), line, column };
  }
}

const isDeeperThan = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((each) => isDeeperThan(each, levels - 1)));

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** A file without any has version 1; one that is not there yet gets what every containerd of today reads. */
const versionOf = (table: Table): number => (typeof table['version'] === 'number' ? table['version'] : 1);

/** Where the snapshotter's settings are in such a file. */
export const pluginPath = (table: Table): readonly [string, string] => [
  'plugins',
  versionOf(table) === 1 ? SHORT_PLUGIN : PLUGIN,
];

/** The same as a table's header. */
export const pluginHeader = (table: Table): string =>
  versionOf(table) === 1 ? `[plugins.${SHORT_PLUGIN}]` : `[plugins."${PLUGIN}"]`;

/** The snapshotter's table; null: there is none. */
export function pluginTable(table: Table): Table | null {
  const [plugins, name] = pluginPath(table);
  const all = table[plugins];
  const own = isTable(all) ? all[name] : undefined;
  return isTable(own) ? own : null;
}

const isValue = (entry: [string, unknown]): entry is [string, PluginValue] =>
  typeof entry[1] === 'string' || typeof entry[1] === 'boolean';

/** The snapshotter's settings in a file, or in what `containerd config dump` prints. */
export const snapshotterSettings = (table: Table): SnapshotterSettings =>
  Object.fromEntries(Object.entries(pluginTable(table) ?? {}).filter(isValue));

/**
 * All that is not the snapshotter's, in an order of its own, so that two of them can be compared. Which files were read is no
 * setting.
 */
export function otherSettings(table: Table): string {
  const [plugins, name] = pluginPath(table);
  const all = table[plugins];
  const { imports: _, ...rest } = table;
  return canonical({ ...rest, [plugins]: isTable(all) ? { ...all, [name]: undefined } : {} });
}

/** Equal for documents that say the same. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, each) => {
    if (typeof each === 'bigint') return `${each}n`;
    return isTable(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each;
  });

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
