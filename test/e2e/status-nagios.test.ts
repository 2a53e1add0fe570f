import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { installWithPool, isHost, readmeBlock } from './support/askers.ts';
import { diskOf, must } from './support/shell.ts';

// Nagios and NRPE, which are not root, ask with what the README tells them.

/** Where Debian's Nagios is told to write what it makes of each answer. */
const SEEN = '/var/lib/nagios4/seen';

const hostObject = `define host {
  use generic-host
  host_name localhost
  check_period 24x7
  max_check_attempts 1
  contact_groups admins
}
`;

/** Debian's own configuration, in which each answer is seen at once and nobody gets a mail. */
const startNagios = `
sed -Ei 's/^(process_performance_data)=.*/\\1=1/; s/^(check_result_reaper_frequency)=.*/\\1=1/; s/^(enable_notifications|check_for_updates|use_syslog)=.*/\\1=0/' /etc/nagios4/nagios.cfg
printf 'service_perfdata_file=%s\\nservice_perfdata_file_mode=a\\nservice_perfdata_file_template=$SERVICESTATE$\\\\t$SERVICEOUTPUT$\\\\t$SERVICEPERFDATA$\\\\t$LONGSERVICEOUTPUT$\\n' "$1" >> /etc/nagios4/nagios.cfg
install --directory --owner nagios /run/nagios4 /var/lib/nagios4/rw
nagios4 --verify-config /etc/nagios4/nagios.cfg
nagios4 --daemon /etc/nagios4/nagios.cfg
until [ -p /var/lib/nagios4/rw/nagios.cmd ]; do sleep 0.1; done`;

/** Has Nagios ask now, and waits for an answer in that state. */
async function askedByNagios(guest: Guest, state: string): Promise<{ text: string; perfdata: string; long: string }> {
  const ask = `now=$(date +%s); echo "[$now] SCHEDULE_FORCED_SVC_CHECK;localhost;Thin pools;$now" > /var/lib/nagios4/rw/nagios.cmd
    until grep -q "^$2" "$1"; do sleep 0.1; done; grep "^$2" "$1" | tail -n 1`;
  const [, text = '', perfdata = '', long = ''] = (await must(guest, ask, SEEN, state)).trim().split('\t');
  return { text, perfdata, long };
}

const asUser = (guest: Guest, user: string, command: string) =>
  guest.run(['runuser', '-u', user, '--', 'sh', '-c', command]);

test.serial('Nagios and NRPE ask through sudo, and are allowed nothing else', async (t) => {
  if (isHost) return t.pass('the host gets no Nagios');
  await using guest = await boot({ disks: ['512M'] });
  await installWithPool(guest, diskOf(guest));
  await guest.writeFile('/etc/sudoers.d/dmtool', readmeBlock('sudoers'), 0o440);
  await must(guest, 'echo "127.0.0.1 $(hostname)" >> /etc/hosts; useradd --system nrpe');
  t.regex(await must(guest, 'visudo --check'), /^\/etc\/sudoers\.d\/dmtool: parsed OK$/m);

  const [, nrpe = ''] = /^command\[\w+\]=(.*)$/m.exec(readmeBlock('nrpe')) ?? [];
  const perfdata: string[] = [];
  for (const user of ['nagios', 'nrpe']) {
    const { exitCode, stdout, stderr } = await asUser(guest, user, nrpe);
    t.deepEqual([exitCode, stderr], [0, ''], user);
    t.regex(stdout, /^THINPOOL OK - docker\/thinpool data 0 % [^\n]*\n$/);
    perfdata.push(stdout.trim().split(' | ')[1] ?? '');
  }
  for (const more of ['resize +4M --yes', 'status --format nagios --verbose --output /etc/passwd', 'status']) {
    const refused = await asUser(guest, 'nagios', `/usr/bin/sudo -n /usr/local/bin/dmtool ${more}`);
    t.is(refused.exitCode, 1, more);
    t.regex(refused.stderr, /^sudo: a password is required$/m);
  }

  await guest.writeFile('/etc/nagios4/objects/localhost.cfg', hostObject + readmeBlock('nagios'));
  await must(guest, startNagios, SEEN);
  const well = await askedByNagios(guest, 'OK');
  t.regex(well.text, /^THINPOOL OK - docker\/thinpool data 0 % metadata [\d.]+ %$/);
  t.deepEqual(perfdata, [well.perfdata, well.perfdata]);
  await must(guest, 'lvchange --monitor n docker/thinpool');
  const ill = await askedByNagios(guest, 'WARNING');
  t.is(ill.text, 'THINPOOL WARNING - docker/thinpool dmeventd does not watch it: LVM will not extend it');
  t.regex(ill.perfdata, /^'docker\/thinpool data'=0%;80;90;0;100 .*'docker\/thinpool vg_free'=[\d.]+%;;;0;100$/);
  t.regex(ill.long, /WARNING DM109 docker\/thinpool: .* -> lvchange --monitor y docker\/thinpool/);
});
