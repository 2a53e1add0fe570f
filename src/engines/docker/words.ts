/** Blanks, a quoted piece, an escaped character, or any other one (so also a quote that nothing closes). */
const TOKEN = /(\s+)|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|(.)/gs;

const withoutEscapes = (text: string): string => text.replace(/\\(.)/gs, '$1');

/** Splits a line at its blanks, with quotes heeded and taken off: as a shell does, and systemd (systemd.service(5)). */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (const [, blanks, single, double, escaped, plain] of line.matchAll(TOKEN)) {
    if (blanks === undefined) {
      word = (word ?? '') + (single ?? (double === undefined ? (escaped ?? plain) : withoutEscapes(double)));
    } else if (word !== null) {
      words.push(word);
      word = null;
    }
  }
  return word === null ? words : [...words, word];
}

/** Puts lines together that end in a backslash, without those that are comments. */
export const logicalLines = (content: string): string[] =>
  content
    .split(/\r?\n/)
    .filter((line) => !/^\s*[#;]/.test(line))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n');
