import test from 'ava';
import type { ApplyEvent } from '../../src/apply/outcome.ts';
import { step } from '../../src/plan/make-step.ts';
import type { Action } from '../../src/plan/step.ts';
import { byteLines, drawBytes } from '../../src/report/bytes-gone.ts';
import { lineProgress, verboseProgress } from '../../src/report/progress.ts';
import { MIB } from '../../src/units/quantity.ts';

const stepOf = (id: string, action: Action) => step({ id, title: id, do: action, done: { is: 'docker-answers' } });
const directory = '/d';
const save = stepOf('save', { kind: 'save-images', directory, tags: [], images: [], sizeBytes: MIB as never });
const load = stepOf('load', { kind: 'load-images', directory });
const gone = (of: typeof save, done: bigint, total: bigint) =>
  ({ kind: 'bytes-gone', step: of, doneBytes: Number(done), totalBytes: Number(total) }) as const satisfies ApplyEvent;

test('a bar of bytes fits in 80 columns, and an estimate that was too small does not go past its end', (t) => {
  t.is(drawBytes(gone(save, 0n, 3n * MIB)), `[${'-'.repeat(30)}] Docker gathers layers, about 3 MiB`);
  t.is(drawBytes(gone(save, MIB, 3n * MIB)), `[${'#'.repeat(10)}${'-'.repeat(20)}] 33 %, 1 MiB of about 3 MiB`);
  t.is(drawBytes(gone(save, 4n * MIB, 3n * MIB)), `[${'#'.repeat(30)}] 100 %, 4 MiB of about 3 MiB`);
  t.is(drawBytes(gone(load, MIB, 2n * MIB)), `[${'#'.repeat(15)}${'-'.repeat(15)}] 50 %, 1 MiB of 2 MiB checked`);
  const last = drawBytes(gone(load, 2n * MIB, 2n * MIB));
  t.regex(last, /2 MiB checked; Docker loads them$/);
  const widest = 1024n ** 4n - MIB;
  for (const each of [save, load]) t.true(drawBytes(gone(each, widest, widest)).length <= 76);
});

test('a copy of metadata is of a size that is known', (t) => {
  const copy = stepOf('copy', { kind: 'copy-metadata', directory, device: '/dev/x', sizeBytes: MIB as never });
  t.regex(drawBytes(gone(copy, MIB, 4n * MIB)), /25 %, 1 MiB of 4 MiB$/);
});

test('in a log there is a line for each tenth, and each transfer begins anew', (t) => {
  const lines: string[] = [];
  const tell = byteLines((line) => lines.push(line));
  for (let done = 0n; done <= 200n; done += 1n) tell(gone(save, done * MIB, 200n * MIB));
  t.is(lines.length, 10);
  t.is(lines[0], '  10 %, 20 MiB of about 200 MiB');
  tell(gone(load, 30n * MIB, 200n * MIB));
  t.is(lines.at(-1), '  15 %, 30 MiB of 200 MiB checked');
});

test('both kinds of log tell of bytes', (t) => {
  for (const kind of [lineProgress, verboseProgress]) {
    const lines: string[] = [];
    kind((line) => lines.push(line)).emit(gone(save, MIB, MIB));
    t.deepEqual(lines, ['  100 %, 1 MiB of about 1 MiB']);
  }
});
