import type { CodeFacts } from '../health/codes.ts';

/** One code, for people. */
export const renderCode = (code: string, { title, meaning, seen, remedy, otherwise }: CodeFacts): string =>
  [
    `${code}: ${title}`,
    '',
    meaning,
    '',
    `How it is seen:  ${seen}`,
    `What to do:      ${remedy}`,
    `Otherwise:       ${otherwise}`,
  ].join('\n');

/** All of them, a line each. */
export const renderCodes = (codes: Readonly<Record<string, CodeFacts>>): string =>
  Object.entries(codes)
    .map(([code, { title }]) => `${code}  ${title}`)
    .join('\n');
