import test from 'ava';
import { installRemedy, SETUP_PROGRAMS } from '../../src/tools/programs.ts';

test('for each program of setup there is a package on both kinds of system', (t) => {
  for (const program of SETUP_PROGRAMS)
    t.regex(installRemedy(program), /^apt-get install \S+ .* dnf install \S+ /, program);
  t.true(SETUP_PROGRAMS.includes('thin_check'));
});

test('a program that is in no package of ours is named all the same', (t) => {
  t.is(installRemedy('frobnicate'), 'install frobnicate');
});
