import test from 'ava';
import fc from 'fast-check';
import { parseNeededLibraries, type ReadAt } from '../../src/tools/elf.ts';
import { corrupted } from './corrupt.ts';

interface Shape {
  word: 4 | 8;
  little: boolean;
}

const SHAPES: Shape[] = [
  { word: 8, little: true },
  { word: 8, little: false },
  { word: 4, little: true },
  { word: 4, little: false },
];

const PROGRAM_HEADERS = 0x100;
const DYNAMIC = 0x200;
const NAMES = 0x300;
/** A program's parts lie elsewhere in memory. */
const LOADED_AT = 0x4000;

/** The smallest program with such libraries; `segments` are the types of its program headers. */
function program({ word, little }: Shape, libraries: readonly string[], segments = [6, 1, 2]): Buffer {
  const image = Buffer.alloc(0x400);
  const put = (offset: number, size: number, value: number): void => {
    if (size === 8) image[little ? 'writeBigUInt64LE' : 'writeBigUInt64BE'](BigInt(value), offset);
    else image[little ? 'writeUIntLE' : 'writeUIntBE'](value, offset, size);
  };
  image.write('\x7fELF', 'latin1');
  image[4] = word === 8 ? 2 : 1;
  image[5] = little ? 1 : 2;
  put(word === 8 ? 32 : 28, word, PROGRAM_HEADERS);
  put(word === 8 ? 56 : 44, 2, segments.length);
  const places = { 1: [0, LOADED_AT, 0x400], 2: [DYNAMIC, LOADED_AT + DYNAMIC, 0x100] };
  segments.forEach((type, index) => {
    const header = PROGRAM_HEADERS + index * (word === 8 ? 56 : 32);
    const [offset = 0, address = 0, size = 0] = places[type as 1 | 2] ?? [];
    put(header, 4, type);
    put(header + word, word, offset);
    put(header + 2 * word, word, address);
    put(header + 4 * word, word, size);
  });
  let name = NAMES;
  libraries.forEach((library, index) => {
    put(DYNAMIC + index * 2 * word, word, 1);
    put(DYNAMIC + index * 2 * word + word, word, name - NAMES);
    image.write(`${library}\0`, name, 'latin1');
    name += library.length + 1;
  });
  put(DYNAMIC + libraries.length * 2 * word, word, 5);
  put(DYNAMIC + libraries.length * 2 * word + word, word, LOADED_AT + NAMES);
  return image;
}

const readerOf =
  (image: Buffer): ReadAt =>
  (offset, length) =>
    image.subarray(offset, offset + length);

test('libraries are found whatever the processor', (t) => {
  const libraries = ['libdevmapper.so.1.02.1', 'libc.so.6'];
  for (const shape of SHAPES) t.deepEqual(parseNeededLibraries(readerOf(program(shape, libraries))), libraries);
});

test('a static program has none', (t) => {
  for (const shape of SHAPES) t.deepEqual(parseNeededLibraries(readerOf(program(shape, [], [1]))), []);
});

test('names that are loaded from nowhere are not there', (t) => {
  for (const shape of SHAPES) t.deepEqual(parseNeededLibraries(readerOf(program(shape, ['libc.so.6'], [2]))), []);
});

test('libraries without a table of names are not there', (t) => {
  const image = program({ word: 8, little: true }, ['libc.so.6']);
  image.fill(0, DYNAMIC + 16, DYNAMIC + 32);
  t.deepEqual(parseNeededLibraries(readerOf(image)), []);
});

test('a script is no program', (t) => {
  t.is(parseNeededLibraries(readerOf(Buffer.from(`#!/bin/sh\n${'exec dockerd-current "$@"\n'.repeat(9)}`))), null);
  t.is(parseNeededLibraries(readerOf(Buffer.from('\x7fELF', 'latin1'))), null);
});

test('a broken program is read to no harm', (t) => {
  const text = program({ word: 8, little: true }, ['libdevmapper.so.1.02.1', 'libc.so.6']).toString('latin1');
  fc.assert(
    fc.property(corrupted(text), (broken) => {
      const libraries = parseNeededLibraries(readerOf(Buffer.from(broken, 'latin1')));
      return libraries === null || libraries.length <= 4096;
    }),
    { numRuns: 300 },
  );
  t.pass();
});
