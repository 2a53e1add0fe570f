/** What a terminal obeys or hides: control characters, and those that turn the direction of a text round. */
const OBEYED = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

const escaped = (character: string): string => {
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
};

/** A text as a terminal may be given it, whoever wrote it: `\x1b` for what would be obeyed; line ends and tabs stay. */
export const printable = (text: string): string =>
  text.replaceAll(OBEYED, (character) => (character === '\n' || character === '\t' ? character : escaped(character)));

/** The same on one line, whatever is in it: what somebody typed must not look like a line of ours, or become one. */
export const oneLine = (text: string): string => text.replaceAll(OBEYED, escaped);
