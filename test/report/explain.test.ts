import test from 'ava';
import { CODES } from '../../src/health/codes.ts';
import { renderCode } from '../../src/report/explain.ts';

const facts = { title: 'T', meaning: '', seen: '', remedy: '', otherwise: '' };

test('a text is told in lines of 80 columns at most, below its beginning, and not one word of it is lost', (t) => {
  const seen = `${'word '.repeat(12)}abc end`;
  t.true(
    renderCode('DM1', { ...facts, seen }).includes(`How it is seen:  ${'word '.repeat(12)}abc\n${' '.repeat(17)}end\n`),
  );
  for (const [code, each] of Object.entries(CODES)) {
    const text = renderCode(code, each);
    for (const line of text.split('\n')) t.true(line.length <= 80, line);
    const words = text.split(/\s+/).join(' ');
    for (const part of [each.title, each.meaning, each.seen, each.remedy, each.otherwise]) t.true(words.includes(part));
  }
});

test('a word that is longer than a line stays whole', (t) => {
  const path = `/${'x'.repeat(100)}`;
  t.true(
    renderCode('DM1', { ...facts, remedy: `see ${path} then` }).includes(
      `:      see\n${' '.repeat(17)}${path}\n${' '.repeat(17)}then`,
    ),
  );
  t.true(renderCode('DM1', { ...facts, remedy: path }).includes(`What to do:      ${path}\n`));
});
