import test from 'ava';
import * as z from 'zod/mini';
import { parseJson } from '../../src/tools/shape.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';

test('an answer is taken in its shape only, and its program is named', (t) => {
  const shape = z.object({ a: z.number() });
  t.deepEqual(parseJson('prog', '{"a": 1, "b": 2}', shape), { a: 1 });
  for (const text of ['', '{', '{"a": "1"}', '[]'])
    t.throws(() => parseJson('prog', text, shape), { instanceOf: UnreadableOutput, message: /^prog answered/ }, text);
});
