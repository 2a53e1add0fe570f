import test from 'ava';
import { dockerdVersion, dockerStart, dockerStop } from '../../src/tools/docker-commands.ts';

test('containers are started and stopped by name, whatever a name begins with', (t) => {
  t.deepEqual(dockerStart(['web', '-db']), ['docker', 'start', '--', 'web', '-db']);
  t.deepEqual(dockerStop(['web']), ['docker', 'stop', '--', 'web']);
});

test('the version is asked of the daemon, not of the client', (t) => {
  t.deepEqual(dockerdVersion(), ['dockerd', '--version']);
});
