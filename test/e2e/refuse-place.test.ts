import test from 'ava';
import { boot } from '../lab/boot.ts';
import { asNobody, diskOf, dmtool, dmtoolJson, must, refusalCodes, setupPool } from './support/shell.ts';
import { machineState } from './support/state.ts';

// What stands in the place of the pool: names, files, room. And a host that can't do it at all.

test.serial('names that are taken, files of others and too little room are refused, all in one go', async (t) => {
  await using guest = await boot({ disks: ['128M', '128M', '128M'] });
  if (!guest.can('fault')) return t.pass('the host’s own LVM configuration is left alone');
  const [free, theirs, exported] = [0, 1, 2].map((index) => diskOf(guest, index)) as [string, string, string];
  await must(
    guest,
    `vgcreate -q docker "$1"; lvcreate -q -l 1 -n thinpool docker; lvcreate -q -L 8M -T docker/others
    vgcreate -q gone "$2"; vgexport -q gone
    echo 'mine {}' > /etc/lvm/profile/docker-fresh.profile`,
    ...[theirs, exported],
  );
  const before = await machineState(guest, guest.disks);
  const refused = async (...args: string[]): Promise<string[]> => {
    const answer = await dmtoolJson(guest, [...setupPool, ...args, '--yes']);
    t.is(answer.exitCode, 3, answer.stdout);
    t.is(answer.stderr, '');
    return (answer.document.refusals ?? []).map(({ code, subject, reason }) => `${code}: ${subject}: ${reason}`);
  };

  const vgExists = 'vg-exists: VG docker: a VG of that name exists, and dmtool did not make it';
  t.deepEqual(await refused('--device', free), [
    vgExists,
    'lv-exists: docker/thinpool: an LV of that name exists, and dmtool did not make it',
  ]);
  // A device that is not there, a VG and an LV of others: all is told at once.
  t.deepEqual((await refused('--device', free, '--device', 'nope', '--pool', 'others')).sort(), [
    'device-absent: nope: there is no /dev/nope',
    'lv-exists: docker/others: an LV of that name exists, and dmtool did not make it',
    vgExists,
  ]);
  t.deepEqual(await refused('--vg', 'docker'), [
    'lv-exists: docker/thinpool: an LV of that name exists, and dmtool did not make it',
  ]);
  t.deepEqual(await refused('--vg', 'nope'), ['vg-absent: VG nope: there is no VG of that name']);
  t.deepEqual(await refused('--vg', 'gone'), ['vg-unusable: VG gone: it is exported']);
  t.deepEqual(await refused('--vg', 'docker', '--pool', 'fresh'), [
    'profile-differs: /etc/lvm/profile/docker-fresh.profile: a profile of that name exists with other content',
  ]);
  t.regex((await refused('--device', free, '--vg', 'new', '--data-size', '1G')).join(), /^no-room: VG new: data 1 GiB/);
  t.regex((await refused('--device', free, '--vg', 'new', '--data-percent', '100')).join(), /^no-room: VG new: /);
  t.regex((await refused('--vg', 'docker', '--pool', 'big', '--data-size', '120M')).join(), /^no-room: VG docker: /);

  const filter = `devices { global_filter = [ "r|^${free}$|" ] }`;
  await must(guest, 'cp /etc/lvm/lvm.conf /root; echo "$1" >> /etc/lvm/lvm.conf', filter);
  t.notRegex(await must(guest, 'lvmdiskscan'), new RegExp(free));
  t.deepEqual(await refused('--device', free, '--vg', 'new'), [
    `device-hidden-from-lvm: ${free}: LVM's filter or devices file hides it`,
  ]);
  await must(guest, 'mv /root/lvm.conf /etc/lvm/lvm.conf');
  t.is(await machineState(guest, guest.disks), before);
});

test.serial('who may not, or a host that has not what it takes, is told what is missing', async (t) => {
  await using guest = await boot({ disks: ['128M'] });
  if (!guest.can('fault')) return t.pass('the host’s programs are left alone');
  const args = [...setupPool, '--device', diskOf(guest), '--yes'];
  const before = await machineState(guest, guest.disks);

  const nobody = await guest.run([...asNobody, 'dmtool', ...args], { env: { HOME: '/nonexistent' } });
  t.is(nobody.exitCode, 3, nobody.stderr);
  t.is(nobody.stdout, '');
  t.is(
    nobody.stderr,
    'Refused; nothing was changed:\n  user: only root may read and change disks.\n    -> run it again with sudo\n',
  );

  const without = async (guestPath: string, run: () => Promise<void>): Promise<void> => {
    await must(guest, 'mv "$1" "$1.away"', guestPath);
    await run();
    await must(guest, 'mv "$1.away" "$1"', guestPath);
  };
  const programs: readonly (readonly [path: string, debian: string, rhel: string])[] = [
    ['/usr/sbin/thin_check', 'thin-provisioning-tools', 'device-mapper-persistent-data'],
    ['/usr/sbin/wipefs', 'util-linux', 'util-linux'],
    ['/usr/sbin/dmeventd', 'dmeventd', 'device-mapper-event'],
    ['/usr/sbin/lvm', 'lvm2', 'lvm2'],
    ['/usr/bin/flock', 'util-linux', 'util-linux'],
  ];
  for (const [path, debian, rhel] of programs) {
    const real = (await must(guest, 'readlink -f "$1"', path)).trim();
    await without(real, async () => {
      const result = await dmtool(guest, args);
      t.is(result.exitCode, 5, `${path}: ${result.stderr}`);
      t.is(result.stdout, '');
      t.true(result.stderr.includes(path.replace(/.*\//, '')), result.stderr);
      t.true(result.stderr.includes(`apt-get install ${debian} `), result.stderr);
      t.true(result.stderr.includes(`dnf install ${rhel} `), result.stderr);
    });
  }
  // As on a kernel whose modules package is not installed.
  await must(guest, 'modprobe -r dm-thin-pool; mount -t tmpfs none "/lib/modules/$(uname -r)"');
  const json = await dmtoolJson(guest, args);
  await must(guest, 'umount "/lib/modules/$(uname -r)"; modprobe dm-thin-pool');
  t.deepEqual([json.exitCode, json.document.outcome, ...refusalCodes(json)], [3, 'refused', 'no-thin-pool-target']);
  t.is(await machineState(guest, guest.disks), before);
});
