import test from 'ava';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';

test('an unreadable answer names its program and keeps the beginning of what was said', (t) => {
  const error = new UnreadableOutput('dmsetup status', 'no name', 'x'.repeat(1000));
  t.regex(error.message, /dmsetup status.*no name/);
  t.is(error.program, 'dmsetup status');
  t.is(error.detail, 'no name');
  t.is(error.excerpt.length, 400);
});
