import test from 'ava';
import { CommandFailed, DeadlinePassed, ProgramMissing } from '../../src/host/errors.ts';
import { doubtFor } from '../../src/host/pool-survey.ts';
import { autoextendDefaults, fullreport } from '../../src/tools/lvm-commands.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';

test('whatever keeps LVM from telling is a doubt, in its own words; what is none of its is an error', (t) => {
  t.deepEqual(doubtFor(new DeadlinePassed(fullreport(), 7000, '  one\n  two\n')), {
    kind: 'no-answer',
    seconds: 7,
    words: 'one; two',
  });
  t.deepEqual(doubtFor(new ProgramMissing('lvm')), { kind: 'absent' });
  t.deepEqual(doubtFor(new CommandFailed(fullreport(), 5, '  Parse error at byte 7.\n  Failed to load config.\n')), {
    kind: 'failed',
    program: 'lvm fullreport',
    exitCode: 5,
    words: 'Parse error at byte 7.; Failed to load config.',
  });
  t.like(doubtFor(new CommandFailed(autoextendDefaults(), 3, 'x'.repeat(5000))), {
    program: 'lvmconfig',
    words: 'x'.repeat(300),
  });
  t.deepEqual(doubtFor(new UnreadableOutput('lvm fullreport', 'no JSON', 'x')), {
    kind: 'unreadable',
    program: 'lvm fullreport',
    words: 'no JSON',
  });
  t.throws(() => doubtFor(new TypeError('of ours')), { instanceOf: TypeError });
});
