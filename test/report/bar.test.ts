import test from 'ava';
import { bar } from '../../src/report/bar.ts';
import { type AlertRange, parseRange } from '../../src/units/range.ts';

const range = (text: string): AlertRange => parseRange(text) as AlertRange;
const none = { warning: null, critical: null };

test('what is used shows, and so does where it becomes serious', (t) => {
  t.is(bar(0, none), `[${'-'.repeat(30)}]`);
  t.is(bar(0.01, none), `[#${'-'.repeat(29)}]`);
  t.is(bar(100, none), `[${'#'.repeat(30)}]`);
  t.is(bar(50, { warning: range('80'), critical: range('90') }), '[###############---------|--!--]');
  t.is(bar(95, { warning: range('80'), critical: range('90') }), '[########################|##!#-]');
});

test('a threshold that growing does not reach has no mark', (t) => {
  t.is(bar(0, { warning: range('5:'), critical: range('100') }), `[${'-'.repeat(30)}]`);
});
