import test from 'ava';
import { BOOT_FILES, bootUnit, systemctlReload } from '../../src/tools/boot-unit.ts';

const unit = bootUnit('docker', 'thin-pool+1', 'docker.service');

test('a unit activates the pool until the kernel has it, and the engine needs it and waits', (t) => {
  t.is(unit.name, String.raw`dmtool-pool-docker-thin--pool\x2b1.service`);
  t.is(unit.unit.path, `/etc/systemd/system/${unit.name}`);
  const lines = unit.unit.content.split('\n');
  for (const line of [
    'Before=docker.service shutdown.target',
    'Type=oneshot',
    'RemainAfterExit=yes',
    "ExecStart=/bin/sh -c 'until lvchange --activate y --monitor y -- docker/thin-pool+1 && dmsetup status --noflush -- docker-thin--pool+1; do sleep 1; done'",
  ])
    t.true(lines.includes(line), line);
  t.is(unit.dropIn.path, String.raw`/etc/systemd/system/docker.service.d/dmtool-pool-docker-thin--pool\x2b1.conf`);
  t.true(unit.dropIn.content.endsWith(`[Unit]\nRequires=${unit.name}\nAfter=${unit.name}\n`));
});

test('what is written is found again', (t) => {
  const [units, dropIns] = BOOT_FILES.map(
    (glob) => new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`),
  );
  t.regex(unit.unit.path, units as RegExp);
  t.regex(unit.dropIn.path, dropIns as RegExp);
  t.deepEqual(systemctlReload(), ['systemctl', 'daemon-reload']);
});
