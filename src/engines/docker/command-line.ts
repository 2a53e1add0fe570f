import type { Sourced } from './variables.ts';

/** What a daemon may be told by a flag and by daemon.json, but never by both; and where daemon.json is. */
type FlagSetting = 'storage-driver' | 'storage-opts' | 'data-root' | 'hosts' | 'config-file';

/** A flag of the daemon's, and the file that it stands in. */
export interface FoundFlag {
  /** By daemon.json's name for it. */
  setting: FlagSetting;
  value: string;
  path: string;
}

const LONG: ReadonlyMap<string, FlagSetting> = new Map([
  ['storage-driver', 'storage-driver'],
  ['storage-opt', 'storage-opts'],
  ['data-root', 'data-root'],
  ['graph', 'data-root'],
  ['host', 'hosts'],
  ['config-file', 'config-file'],
]);

/** Short flags that take a value; null: none of those that matter here. All others are switches (cmd/dockerd). */
const SHORT: Readonly<Record<string, FlagSetting | null>> = {
  s: 'storage-driver',
  g: 'data-root',
  H: 'hosts',
  G: null,
  b: null,
  l: null,
  p: null,
};

/** Reads dockerd's flags in all their spellings (spf13/pflag): `--name=x`, `--name x`, `-s x`, `-sx`, `-s=x`, `-Ds x`. */
export function readFlags(words: readonly Sourced[]): FoundFlag[] {
  const found: FoundFlag[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const { text, path } = words[index] as Sourced;
    if (text === '--') break;
    const flag = text.startsWith('--') ? longFlag(text) : shortFlag(text);
    if (flag === null) continue;
    // A flag without its value takes the next word, whatever that looks like.
    if (flag.value === null) index += 1;
    const value = flag.value ?? words[index]?.text ?? '';
    if (flag.setting) found.push({ setting: flag.setting, value, path });
  }
  return found;
}

interface Flag {
  setting: FlagSetting | null;
  /** null: it is the next word. */
  value: string | null;
}

function longFlag(word: string): Flag | null {
  const [, name, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
  const setting = LONG.get(name ?? '');
  return setting ? { setting, value: value ?? null } : null;
}

/** Switches may stand together before one that takes a value. */
function shortFlag(word: string): Flag | null {
  const [, letter, rest] = /^-[A-Za-z]*?([sgHGblp])=?(.*)$/s.exec(word) ?? [];
  return letter === undefined ? null : { setting: SHORT[letter] ?? null, value: rest || null };
}
