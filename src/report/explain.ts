import type { CodeFacts } from '../health/codes.ts';

/** One code, for people. */
export const renderCode = (code: string, { title, meaning, seen, remedy, otherwise }: CodeFacts): string =>
  [
    `${code}: ${title}`,
    '',
    wrapped('', meaning),
    '',
    wrapped('How it is seen:  ', seen),
    wrapped('What to do:      ', remedy),
    wrapped('Otherwise:       ', otherwise),
  ].join('\n');

/** What every terminal has. */
const COLUMNS = 80;

/** A text in lines that fit, the later ones below the beginning of the first; a longer word is not broken. */
function wrapped(heading: string, text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trimStart();
    if (lines.at(-1) === '' || heading.length + longer.length <= COLUMNS) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return `${heading}${lines.join(`\n${' '.repeat(heading.length)}`)}`;
}

/** All of them, a line each. */
export const renderCodes = (codes: Readonly<Record<string, CodeFacts>>): string =>
  Object.entries(codes)
    .map(([code, { title }]) => `${code}  ${title}`)
    .join('\n');
