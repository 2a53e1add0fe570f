import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { damaged, endless, oddNumber } from './damage.ts';
import { READERS, type Reader } from './readers.ts';

/** Reads a text, or has it refused in the one way there is, and by a sentence. */
function readOrRefused(parse: Reader['parse'], text: string): void {
  try {
    assert.equal(oddNumber(parse(text)), undefined);
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    assert.ok(error instanceof UnreadableOutput, `${String(error)}`);
    assert.match(error.message, /^\S.* answered something that can't be read: \S/s);
    assert.ok(error.message.length < 2000, `a sentence of ${error.message.length} characters`);
  }
}

for (const [writer, { parse, texts }] of Object.entries(READERS)) {
  test(`whatever has happened to it, it is read or called unreadable: ${writer}`, (t) => {
    for (const text of texts) readOrRefused(parse, text);
    fc.assert(
      fc.property(fc.constantFrom(...texts).chain(damaged), (text) => readOrRefused(parse, text)),
      { numRuns: 150 },
    );
    t.pass();
  });

  test(`a megabyte of nonsense is come to an end with: ${writer}`, (t) => {
    for (const text of endless(texts.slice(0, 1))) readOrRefused(parse, text);
    t.pass();
  });
}
