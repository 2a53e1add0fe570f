import { readFileSync } from 'node:fs';
import { Errors } from '@oclif/core';
import test from 'ava';
import { exitCodeFor, messageFor, remedyFor } from '../../src/cli/error-words.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import {
  CommandFailed,
  DeadlinePassed,
  JournalUnreadable,
  JournalUnwritable,
  LockHeld,
  LockUnusable,
  ProgramMissing,
  SnapshotReserved,
} from '../../src/host/errors.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';

const report = ['lvm', 'fullreport', '--units', 'b'];

test('a disk that is typed alone is told by what flag it goes', (t) => {
  const typed = (word: string, flags: object) =>
    remedyFor(Object.assign(new Errors.CLIError(`Unexpected argument: ${word}`), { parse: { input: { flags } } }));
  t.is(typed('/dev/sdb', { device: {} }), 'a disk is named with --device /dev/sdb; look at its --help');
  t.is(typed('/dev/sdb', {}), 'look at its --help');
  t.is(typed('sdb', { device: {} }), 'look at its --help');
  t.is(remedyFor(new Errors.CLIError('Unexpected argument: /dev/sdb')), 'look at its --help');
});

test('a program that failed is told with its own words, and one that does not answer with what it may wait for', (t) => {
  const failed = new CommandFailed(report, 5, '  WARNING: reading /etc/lvm/lvm.conf\n  Parse error at byte 7.\n');
  t.is(
    messageFor(failed),
    'lvm fullreport --units b failed with exit code 5: WARNING: reading /etc/lvm/lvm.conf; Parse error at byte 7.',
  );
  t.is(messageFor(new CommandFailed(report, 5, '')), 'lvm fullreport --units b failed with exit code 5');
  t.true(messageFor(new CommandFailed(report, 5, 'x'.repeat(1_000_000))).length < 700);
  const late = new DeadlinePassed(report, 30_000);
  t.is(messageFor(late), 'lvm fullreport --units b did not answer within 30 s');
  t.is(
    messageFor(new DeadlinePassed(report, 30_000, '  No input from event server.\n')),
    'lvm fullreport --units b did not answer within 30 s: No input from event server.',
  );
  t.regex(remedyFor(late) ?? '', /dmsetup info/);
});

test('every error of ours has a remedy, and the exit code that its kind has', (t) => {
  for (const [error, exitCode] of [
    [new ProgramMissing('lvm'), 5],
    [new CommandFailed(report, 5, ''), 5],
    [new DeadlinePassed(report, 1), 5],
    [new UnreadableOutput('lvm fullreport', 'no report', ''), 5],
    [new LockHeld('/run/dmtool/lock', 'process 1'), 75],
    [new LockUnusable('/run/dmtool/lock', 'EROFS'), 3],
    [new SnapshotReserved('pool'), 3],
    [new JournalUnreadable('/j', 'x'), 3],
    [new JournalUnwritable('/j', 'x'), 3],
    [new UsageError('--vg "x": no'), 2],
  ] as const) {
    t.is(exitCodeFor(error), exitCode, error.name);
    t.truthy(remedyFor(error), error.name);
  }
  t.is(remedyFor(new Error('EIO')), null);
});

test('what can not be made again is never to be removed, and what is unknown without it is told', (t) => {
  for (const [name, unknown] of [
    ['installed.json', /teardown/],
    ['raw-pools.json', /activate/],
    ['journal.json', /cut off/],
    ['other.json', /backup/],
  ] as const) {
    const remedy = remedyFor(new JournalUnreadable(`/var/lib/dmtool/${name}`, 'no JSON')) ?? '';
    t.regex(remedy, unknown);
    t.regex(remedy, /^mend .*restore it from a backup/);
    t.notRegex(remedy, /remove|rm /);
  }
});

test('what the system refuses is told as that, with what to do', (t) => {
  const refusedBy = (run: () => unknown): Error => t.throws(run) as Error;
  const long = refusedBy(() => readFileSync(`/${'x'.repeat(5000)}`));
  t.regex(messageFor(long), /^the system refused open of \/x+: name too long \(ENAMETOOLONG\)$/);
  t.is(remedyFor(long), 'give it a shorter name');
  const absent = refusedBy(() => readFileSync('/nowhere/at/all'));
  t.is(messageFor(absent), 'the system refused open of /nowhere/at/all: no such file or directory (ENOENT)');
  t.is(remedyFor(absent), 'see that it is there, or the directory that it goes into, then run this again');
  t.is(
    messageFor(Object.assign(new Error('x'), { code: 'ENOSPC', errno: -28, syscall: 'fsync' })),
    'the system refused fsync: no space left on device (ENOSPC)',
  );
  t.is(exitCodeFor(absent), 5);
});

test('a sentence of the flags parser loses its colours and its line ends, and nothing that was typed', (t) => {
  const error = new Errors.CLIError('The following error occurred:\n  \u001b[2m--x\u001b[22m\u001b[31m\nSee more help');
  t.is(messageFor(error), 'The following error occurred: --x\u001b[31m');
});
