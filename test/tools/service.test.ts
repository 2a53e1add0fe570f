import test from 'ava';
import { serviceCommands } from '../../src/tools/service.ts';

test('under systemd a start first forgets earlier failures, and does not wait', (t) => {
  const names = ['docker.socket', 'docker.service'];
  t.deepEqual(serviceCommands('systemd', 'start', names), [
    { argv: ['systemctl', 'reset-failed', '--', ...names], mayFail: true },
    { argv: ['systemctl', 'start', '--no-block', '--', ...names] },
  ]);
  t.deepEqual(serviceCommands('systemd', 'restart', names), [
    { argv: ['systemctl', 'reset-failed', '--', ...names], mayFail: true },
    { argv: ['systemctl', 'restart', '--', ...names] },
  ]);
  t.deepEqual(serviceCommands('systemd', 'stop', names), [{ argv: ['systemctl', 'stop', '--', ...names] }]);
});

test('service(8) takes one service at a time, and its name first', (t) => {
  t.deepEqual(serviceCommands('sysv', 'start', ['docker']), [{ argv: ['service', 'docker', 'start'] }]);
  t.deepEqual(serviceCommands('sysv', 'stop', ['docker']), [{ argv: ['service', 'docker', 'stop'] }]);
});
