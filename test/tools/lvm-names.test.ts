import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { nameProblem } from '../../src/tools/lvm-names.ts';

test('names that LVM takes are taken', (t) => {
  for (const name of ['docker', 'thin-pool_1', '+x.y', '_tdat', 'a'.repeat(127)]) {
    t.is(nameProblem(name, 'vg'), undefined, name);
    t.is(nameProblem(name, 'lv'), undefined, name);
  }
});

test('names that LVM refuses are refused beforehand', (t) => {
  for (const name of ['', '-x', '.', '..', 'a b', 'a/b', 'ä', 'a\n', '$x', 'a'.repeat(128)]) {
    t.not(nameProblem(name, 'vg'), undefined, name);
    t.not(nameProblem(name, 'lv'), undefined, name);
  }
});

test('names that LVM keeps for parts of LVs are refused for an LV only', (t) => {
  for (const name of [
    'snapshot',
    'snapshot1',
    'pvmove0',
    'x_tdata',
    'x_tmeta',
    'lvol0_pmspare',
    'x_rimage_0',
    'x_mlogy',
  ]) {
    t.is(nameProblem(name, 'vg'), undefined, name);
    t.not(nameProblem(name, 'lv'), undefined, name);
  }
});

test('a name that is taken can be no option, no path and nothing that a shell expands', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      if (nameProblem(name, 'vg') === undefined) assert.match(name, /^[\w+.][\w+.-]*$/);
    }),
    { numRuns: 1000 },
  );
  t.pass();
});
