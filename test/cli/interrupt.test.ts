import test from 'ava';
import type { ApplyEvent } from '../../src/apply/outcome.ts';
import { watchInterrupts } from '../../src/cli/interrupt.ts';
import { followWork } from '../../src/cli/work-left.ts';
import { exec, step } from '../../src/plan/make-step.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

test.serial('each signal interrupts once, however often it comes, and is nobody’s business afterwards', (t) => {
  for (const signal of SIGNALS) {
    const before = process.listenerCount(signal);
    const told: string[] = [];
    {
      using interrupt = watchInterrupts(
        () => told.push('first'),
        () => told.push('again'),
      );
      t.false(interrupt.wanted());
      process.emit(signal);
      t.true(interrupt.wanted());
      process.emit('SIGINT');
      process.emit('SIGTERM');
    }
    t.deepEqual(told, ['first', 'again', 'again']);
    t.is(process.listenerCount(signal), before);
  }
});

const make = (id: string, final?: 'done') =>
  step({
    id,
    title: `Make ${id}`,
    do: exec(['true']),
    done: { is: 'file-present', path: '/x' },
    ...(final && { final }),
  });

test('a run that is interrupted again says what it is at, and what follows', (t) => {
  const [one, two] = [make('one'), make('two', 'done')];
  const work = followWork([one, two]);
  const texts = (...events: ApplyEvent[]): string[] =>
    events.map((event) => {
      work.see(event);
      return work.text();
    });
  t.is(work.text(), 'no step has begun, and none will');
  t.deepEqual(
    texts(
      { kind: 'step-started', step: one },
      { kind: 'step-ended', step: one, state: 'done' },
      { kind: 'step-started', step: two },
      { kind: 'undo-started' },
      { kind: 'undoing', step: one, action: exec(['vgremove', '--', 'docker']) },
    ),
    [
      'step 1 of 2 runs, "Make one"; then it is all undone',
      'step 1 of 2 runs, "Make one"; then it is all undone',
      'step 2 of 2 runs, "Make two"; what is done for good is not undone: the rest follows',
      'looking at what is to be undone',
      'undoing: vgremove -- docker',
    ],
  );
});
