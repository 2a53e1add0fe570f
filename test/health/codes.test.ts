import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { CODES } from '../../src/health/codes.ts';
import { renderCodes } from '../../src/report/explain.ts';

const folder = new URL('../../src/health/', import.meta.url);
const source = readdirSync(folder)
  .filter((name) => name !== 'codes.ts')
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n');
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('every code that a finding can have is explained, and listed in the README', (t) => {
  const used = new Set(source.match(/DM\d+/g));
  t.deepEqual(Object.keys(CODES), [...used].sort());
  for (const [code, { title }] of Object.entries(CODES)) t.true(readme.includes(`| ${code} | ${title} |`), code);
});

test('all codes have a line each', (t) => {
  t.is(renderCodes(CODES).split('\n').length, Object.keys(CODES).length);
});
