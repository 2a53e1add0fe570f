import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { installWithPool, isHost, readmeBlock } from './support/askers.ts';
import { diskOf, must } from './support/shell.ts';

// A real cron runs the README's lines, in its own environment, and sends what it sends.

/** Sets the clock right before a time that is in every line, lets cron start what is due and end it, and tells the mails. */
const tick = (guest: Guest, hour: number): Promise<string> =>
  must(
    guest,
    `: > /run/mails; date --set "2030-01-01 $1:09:55" > /dev/null
    cron -f & pid=$!
    until pgrep --parent $pid > /dev/null; do sleep 0.1; done
    while pgrep --parent $pid > /dev/null; do sleep 0.1; done
    kill $pid; cat /run/mails`,
    String(hour),
  );

test.serial('cron sends a mail when something is wrong, and keeps the file for Prometheus', async (t) => {
  if (isHost) return t.pass('the host gets no cron');
  await using guest = await boot({ disks: ['512M'] });
  await installWithPool(guest, diskOf(guest));
  await must(guest, 'rm -f /etc/crontab /etc/cron.d/* /usr/sbin/sendmail');
  await guest.writeFile('/usr/sbin/sendmail', '#!/bin/sh\nexec cat >> /run/mails\n', 0o755);
  await guest.writeFile('/etc/cron.d/dmtool', readmeBlock('cron', 'MAILTO'));
  await guest.writeFile('/etc/cron.d/dmtool-prometheus', readmeBlock('cron', '--format prometheus'));
  const file = '/var/lib/prometheus/node-exporter/dmtool.prom';

  t.is(await tick(guest, 10), '');
  t.regex(await guest.readFile(file), /^dmtool_state 0$/m);

  // A dmeventd that has nothing to watch ends an hour later by the clock, which leaps: who asks it right then, as LVM does, is
  // left without an answer for 6 s. So it is ended here.
  await must(
    guest,
    `lvchange --monitor n docker/thinpool; pid=$(cat /run/dmeventd.pid); kill $pid
    while kill -0 $pid 2> /dev/null; do sleep 0.1; done`,
  );
  const mails = await tick(guest, 11);
  t.deepEqual(mails.match(/^(?:To|Subject): .*$/gm), [
    'To: root',
    `Subject: Cron <root@${(await must(guest, 'hostname')).trim()}> dmtool status --quiet --verbose`,
  ]);
  t.regex(
    mails,
    /^THINPOOL WARNING - docker\/thinpool dmeventd does not run\b[^\n]*\nWARNING DM121 .* -> lvchange --monitor y docker\/thinpool$/m,
  );
  t.regex(await guest.readFile(file), /^dmtool_state 1$/m);
});
