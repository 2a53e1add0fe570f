import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { nameProblem, poolNameProblem } from '../../src/tools/lvm-names.ts';

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
    'x_imeta',
  ]) {
    t.is(nameProblem(name, 'vg'), undefined, name);
    t.not(nameProblem(name, 'lv'), undefined, name);
  }
});

test('a pool whose name is sound, and of which nothing else can be called, is refused', (t) => {
  for (const [vg, pool] of [
    ['docker', 'thinpool'],
    ['docker', 'data_t'.slice(0, -2)],
    ['v'.repeat(60), 'p'.repeat(60)],
    ['+'.repeat(20), 'p+'],
  ] as const)
    t.is(poolNameProblem(vg, pool), undefined, `${vg} ${pool}`);
  const because = (reason: RegExp, vg: string, pool: string) => t.regex(poolNameProblem(vg, pool) ?? '', reason);
  for (const pool of ['data_t', 'x_c', 'x_r', 'x_i'])
    because(/^the LV for its metadata would be \w+_[tcri]meta: LVM keeps/, 'docker', pool);
  because(/^the LV for its metadata would be p+meta: LVM allows 127/, 'docker', 'p'.repeat(125));
  because(/a device v+-p+_tmeta, and allows 127/, 'v'.repeat(60), 'p'.repeat(61));
  because(/a device (?:v--)+v-p_tmeta, and allows 127/, `${'v-'.repeat(40)}v`, 'p');
  because(/a device v+-lvol0_pmspare, and allows 127/, 'v'.repeat(114), 'p');
  because(/a unit would be called dmtool-pool-/, '+'.repeat(60), 'p');
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
