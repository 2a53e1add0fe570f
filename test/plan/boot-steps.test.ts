import test from 'ava';
import { bootRemovalSteps, bootSteps, bootWayBack, dockerBootUnit } from '../../src/plan/boot-steps.ts';
import { bootUnit, type DropIn } from '../../src/tools/boot-unit.ts';
import { dockerFacts } from './docker-hosts.ts';
import { blankHost } from './hosts.ts';

const boot = bootUnit('docker', 'thinpool', ['docker.service']);
const [dropIn] = boot.dropIns as [DropIn];
const asWritten = [boot.unit, dropIn];
const waiting = dockerFacts({ startsAfter: [boot.name] });

test('a Docker that init scripts start waits for nothing', (t) => {
  t.is(dockerBootUnit(dockerFacts({ manager: 'sysv' }), 'docker', 'thinpool'), null);
  t.deepEqual(dockerBootUnit(dockerFacts(), 'docker', 'thinpool'), boot);
});

test('only what is missing is done; what another wrote there comes back with undo', (t) => {
  const ids = (host: Parameters<typeof bootSteps>[0]) => bootSteps(host, boot).map(({ id }) => id);
  t.deepEqual(ids(blankHost([], { docker: dockerFacts() })), ['boot-unit', 'boot-order:docker.service', 'boot-reload']);
  t.deepEqual(ids(blankHost([], { docker: dockerFacts(), files: asWritten })), ['boot-reload']);
  t.deepEqual(ids(blankHost([], { docker: waiting, files: asWritten })), []);
  const older = { path: boot.unit.path, content: 'older' };
  const [unit, order] = bootSteps(blankHost([], { docker: dockerFacts(), files: [older] }), boot);
  t.deepEqual(unit?.undo[0]?.do, { kind: 'write-file', ...older, mode: 0o644 });
  t.deepEqual(order?.undo[0]?.do, { kind: 'remove-file', path: dropIn.path, prunes: true });
  // Whatever is the first step, systemd reads its files again once all of them are as they were.
  for (const files of [[], [boot.unit], asWritten]) {
    const undone = bootSteps(blankHost([], { docker: dockerFacts(), files }), boot)
      .toReversed()
      .flatMap(({ undo }) => undo);
    t.deepEqual(undone.at(-1)?.do, { kind: 'exec', argv: ['systemctl', 'daemon-reload'] });
  }
});

test('both files go, and systemd forgets them', (t) => {
  const ids = (host: Parameters<typeof bootSteps>[0]) => bootRemovalSteps(host, boot).map(({ id }) => id);
  t.deepEqual(ids(blankHost([], { docker: waiting, files: asWritten })), [
    `remove:${dropIn.path}`,
    `remove:${boot.unit.path}`,
    'boot-reload',
  ]);
  t.deepEqual(ids(blankHost([], { docker: dockerFacts() })), []);
  t.is(bootWayBack(boot).length, 3);
});
