import { readFileSync } from 'node:fs';
import test from 'ava';
import { CODES } from '../../src/health/codes.ts';
import { renderCode, renderCodes } from '../../src/report/explain.ts';

const source = readFileSync(new URL('../../src/health/findings.ts', import.meta.url), 'utf8');
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('every code that a finding can have is explained, and listed in the README', (t) => {
  const used = new Set(source.match(/DM\d+/g));
  t.deepEqual(Object.keys(CODES), [...used].sort());
  for (const [code, { title }] of Object.entries(CODES)) t.true(readme.includes(`| ${code} | ${title} |`), code);
});

test('one code with all that is to be said, or all codes with a line each', (t) => {
  const text = renderCode('DM106', CODES.DM106);
  for (const part of Object.values(CODES.DM106)) t.true(text.includes(part));
  t.is(renderCodes(CODES).split('\n').length, Object.keys(CODES).length);
});
