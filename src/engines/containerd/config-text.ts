import type { PluginValue, SnapshotterSettings } from '../../model/containerd.ts';
import {
  canonical,
  isTable,
  otherSettings,
  parseToml,
  pluginHeader,
  pluginPath,
  pluginTable,
  type Table,
} from '../../tools/containerd-config.ts';

/** What stands above a table that dmtool adds. */
const HEAD = '# Written by dmtool, and removed by dmtool teardown.';

/** What a new file begins with: containerd 1.x reads up to version 2, later ones read it too. */
const NEW_FILE = 'version = 2\n';

/** A value as TOML has it: its basic strings are written like JSON's, but for one more character that has to be escaped. */
const valueText = (value: PluginValue): string => JSON.stringify(value).replaceAll('\u007f', String.raw`\u007f`);

/** How lines end in a text. */
const lineEndOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/**
 * Sets the snapshotter's settings and leaves all else as it is, byte for byte; a text that says it all stays the same.
 * @param text a well-formed config.toml; null: there is none
 * @returns null: the text has them in a form that can't be changed line by line, like an inline table
 */
export function withSettings(text: string | null, settings: SnapshotterSettings): string | null {
  const start = text === null || text.trim() === '' ? NEW_FILE : text;
  const table = tableOf(start);
  const written =
    pluginTable(table) === null
      ? start + addedTable(start, table, settings)
      : Object.entries(settings).reduce((so, [key, value]) => withLine(so, table, key, value), start);
  return saysJust(written, table, settings) ? written : null;
}

const tableOf = (text: string): Table => {
  const parsed = parseToml(text);
  return 'table' in parsed ? parsed.table : {};
};

const addedTable = (text: string, table: Table, settings: SnapshotterSettings): string =>
  [
    ...(text.endsWith('\n') ? [''] : ['', '']),
    ...[HEAD, pluginHeader(table)],
    ...Object.entries(settings).map(([key, value]) => `  ${key} = ${valueText(value)}`),
    '',
  ].join(lineEndOf(text));

/** Whether a text says what the table said before, with these settings (undefined: without that one), and nothing else. */
function saysJust(text: string, before: Table, settings: Readonly<Record<string, PluginValue | undefined>>): boolean {
  const parsed = parseToml(text);
  if (!('table' in parsed)) return false;
  const [plugins, name] = pluginPath(before);
  const all = before[plugins];
  const own = { ...pluginTable(before), ...settings };
  const wanted = { ...before, [plugins]: { ...(isTable(all) ? all : {}), [name]: own } };
  return canonical(parsed.table) === canonical(wanted);
}

/** The lines of the snapshotter's table, from below its header to the next one. */
function tableLines(lines: readonly string[], table: Table): { from: number; to: number } | null {
  const wanted = [...pluginPath(table)].join('\0');
  const header = lines.findIndex((line) => headerPath(line) === wanted);
  if (header < 0) return null;
  const next = lines.findIndex((line, index) => index > header && /^\s*\[/.test(line));
  return { from: header + 1, to: next < 0 ? lines.length : next };
}

/** `[plugins."a.b".c]` as its keys, however they are quoted and spaced. */
function headerPath(line: string): string | null {
  const inner = /^\s*\[([^[\]]*)\]\s*(?:#.*)?$/s.exec(line)?.[1];
  if (inner === undefined) return null;
  const keys = [...inner.matchAll(/\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*(?:\.|$)/g)];
  return keys.map(([, double, single, bare]) => double ?? single ?? bare).join('\0');
}

/** Whatever stands behind the value stays, the first half of a line end (CR) too. */
const LINE = /^(\s*)("?)([\w-]+)\2(\s*=\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#]+)(.*)$/s;

/** The text with one setting changed on its line, on a line of its own, or (undefined) without that line. */
function withLine(text: string, table: Table, key: string, value: PluginValue | undefined): string {
  const lines = text.split('\n');
  const place = tableLines(lines, table);
  if (place === null) return text;
  const { from, to } = place;
  const inTable = lines.slice(from, to).map((line) => LINE.exec(line));
  const at = inTable.findIndex((match) => match?.[3] === key);
  const found = inTable[at];
  // The last line takes the end of the one before with it, both halves.
  if (value === undefined)
    return found
      ? lines
          .toSpliced(from + at, 1)
          .join('\n')
          .replace(from + at === lines.length - 1 ? /\r$/ : '', '')
      : text;
  if (found) {
    const [, indent, quote, , equals, , rest] = found;
    return lines.with(from + at, `${indent}${quote}${key}${quote}${equals}${valueText(value)}${rest}`).join('\n');
  }
  const indent = inTable.find((match) => match !== null)?.[1] ?? '  ';
  const added = `${indent}${key} = ${valueText(value)}`;
  // Below a header that nothing follows, not even a line end.
  return from < lines.length || text.endsWith('\n')
    ? lines.toSpliced(from, 0, `${added}${lineEndOf(text).slice(0, -1)}`).join('\n')
    : text + lineEndOf(text) + added;
}

/**
 * Takes back what withSettings changed, and leaves what others changed since.
 * @param now null: the file is gone
 * @param before null: there was none
 * @returns null: there is to be no file; undefined: it can't be taken back line by line
 */
export function restoreConfig(now: string | null, before: string | null, written: string): string | null | undefined {
  if (now === null || now === written) return now === null ? null : before;
  const parsed = parseToml(now);
  if (!('table' in parsed)) return undefined;
  const bare = withoutAdded(now, parsed.table, before ?? NEW_FILE, written);
  if (bare !== null) return bare;
  const [former, ours] = [pluginTable(tableOf(before ?? '')) ?? {}, pluginTable(tableOf(written)) as Table];
  const present = pluginTable(parsed.table) ?? {};
  const changed = Object.keys(ours).filter((key) => former[key] !== ours[key] && present[key] === ours[key]);
  const back = Object.fromEntries(changed.map((key) => [key, former[key] as PluginValue | undefined]));
  const restored = changed.reduce((so, key) => withLine(so, parsed.table, key, back[key]), now);
  return changed.length === 0 || saysJust(restored, parsed.table, back) ? restored : undefined;
}

/** The text without the table that was added at the end; null: it is not there as it was, or holds more by now. */
function withoutAdded(now: string, table: Table, before: string, written: string): string | null {
  const start = before.trim() === '' ? NEW_FILE : before;
  const added = written.startsWith(start) ? written.slice(start.length) : '';
  const [head = '', tail, ...more] = added.includes(HEAD) ? now.split(added) : [];
  if (tail === undefined || more.length > 0) return null;
  // The line above had no end of its own.
  const bare = head + (tail === '' || start.endsWith('\n') ? '' : lineEndOf(now)) + tail;
  const parsed = parseToml(bare);
  return 'table' in parsed && otherSettings(parsed.table) === otherSettings(table) ? bare : null;
}
