import { logicalLines, splitWords } from './words.ts';

/** A word of a command line or a variable's value, and the file that it stands in. */
export interface Sourced {
  text: string;
  path: string;
}

/** A variable's value. Only an exported one reaches the daemon by its name. */
export interface Variable extends Sourced {
  exported: boolean;
}

/** Variables by name, each with the file that said it last. */
export type Variables = ReadonlyMap<string, Variable>;

/** `NAME=value`, or `export NAME`, on a line of its own; a value in quotes ends where they do. */
const ASSIGNMENT = /^[^\S\n]*(export[^\S\n]+)?([A-Za-z_]\w*)=(?:"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|(.*))/gm;
const EXPORT = /^[^\S\n]*export[^\S\n]+([A-Za-z_][\w ]*)$/gm;

/**
 * Reads a file that systemd takes as EnvironmentFile= (systemd.exec(5)), or that an init script sources. Later lines win.
 * systemd passes on all of it, replaces nothing in it, and ignores lines with `export`.
 */
export function parseEnvironmentFile(path: string, content: string, reader: 'systemd' | 'shell'): Variables {
  const text = logicalLines(content).join('\n');
  const exported = new Set([...text.matchAll(EXPORT)].flatMap(([, names]) => splitWords(names as string)));
  const variables = new Map<string, Variable>();
  for (const [, prefix, name, double, single, bare] of text.matchAll(ASSIGNMENT)) {
    if (reader === 'systemd' && prefix !== undefined) continue;
    const loose = double?.replace(/\\(["\\$`])/g, '$1') ?? bare?.trim() ?? '';
    variables.set(name as string, {
      text: single ?? (reader === 'shell' ? withReferences(loose, variables) : loose),
      path,
      exported: reader === 'systemd' || prefix !== undefined || exported.has(name as string),
    });
  }
  return variables;
}

const withReferences = (text: string, variables: Variables): string =>
  replaceNames(text, /\$\{?([A-Za-z_]\w*)\}?/g, variables);

/** No word of a command line is longer (MAX_ARG_STRLEN, execve(2)). */
const LONGEST_WORD = 128 * 1024;

/** Puts values in the place of names, as long as they make a word: variables that hold each other twice grow without end. */
function replaceNames(text: string, names: RegExp, variables: Variables): string {
  let room = LONGEST_WORD;
  return text.replace(names, (_, name: string) => {
    const value = variables.get(name)?.text ?? '';
    room -= value.length;
    return room < 0 ? '' : value;
  });
}

/** Puts variables in the place of their names: `$NAME` becomes words, `${NAME}` a part of one (systemd.service(5)). */
export const expandWords = (words: readonly Sourced[], variables: Variables): Sourced[] =>
  words.flatMap((word) => {
    const whole = /^\$([A-Za-z_]\w*)$/.exec(word.text)?.[1];
    if (whole === undefined) {
      const part = /\$\{([A-Za-z_]\w*)\}/g;
      const [first] = [...word.text.matchAll(part)].map(([, name]) => variables.get(name as string));
      return [{ text: replaceNames(word.text, part, variables), path: first?.path ?? word.path }];
    }
    const value = variables.get(whole);
    return value ? splitWords(value.text).map((text) => ({ text, path: value.path })) : [];
  });
