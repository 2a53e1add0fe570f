import test from 'ava';
import { filesPool } from '../../src/plan/files-pool.ts';
import { BOOT_FILES, bootUnit, type DropIn, filesBootUnit, systemctlReload } from '../../src/tools/boot-unit.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';

const unit = bootUnit('docker', 'thin-pool+1', ['containerd.service', 'docker.service']);
const [ofContainerd, ofDocker] = unit.dropIns as [DropIn, DropIn];

test('a unit activates the pool until the kernel has it, and the engines need it and wait', (t) => {
  t.is(unit.name, String.raw`dmtool-pool-docker-thin--pool\x2b1.service`);
  t.is(unit.unit.path, `/etc/systemd/system/${unit.name}`);
  const lines = unit.unit.content.split('\n');
  for (const line of [
    'Before=containerd.service docker.service shutdown.target',
    'Type=oneshot',
    'RemainAfterExit=yes',
    "ExecStart=/bin/sh -c 'until lvchange --activate y --monitor y -- docker/thin-pool+1 && dmsetup status --noflush -- docker-thin--pool+1; do sleep 1; done'",
  ])
    t.true(lines.includes(line), line);
  t.deepEqual(
    unit.dropIns.map(({ service }) => service),
    ['containerd.service', 'docker.service'],
  );
  t.is(ofDocker.path, String.raw`/etc/systemd/system/docker.service.d/dmtool-pool-docker-thin--pool\x2b1.conf`);
  t.is(ofContainerd.path, ofDocker.path.replace('docker.service.d', 'containerd.service.d'));
  t.is(ofContainerd.content, ofDocker.content);
  t.true(ofDocker.content.endsWith(`[Unit]\nRequires=${unit.name}\nAfter=${unit.name}\n`));
});

test('a pool on files is made as long as its data file is, and only on metadata of a pool', (t) => {
  const { content } = filesBootUnit(filesPool({ dataSizeBytes: bytes(GIB) }), ['containerd.service']).unit;
  const lines = content.split('\n');
  t.true(lines.includes('RequiresMountsFor=/var/lib/dmtool/containerd-files'));
  const command = lines.find((line) => line.startsWith('ExecStart=')) ?? '';
  t.regex(command, /^ExecStart=\/bin\/sh -c 'dmsetup status --noflush -- containerd-files && exit; [^'%]*'$/);
  t.regex(command, /--skip-bytes=32 --read-bytes=8 --format=u8 \S+\/metadata\) -eq 27022010 \|\| exit; /);
  t.regex(
    command,
    /--table "0 \$\$\(\(length \/ 128 \* 128\)\) thin-pool \$\$metadata \$\$data 128 1638 1 skip_block_zeroing" -- containerd-files'$/,
  );
  t.notRegex(command.replaceAll('$$', ''), /\$/);
});

test('what is written is found again', (t) => {
  const [units, dropIns] = BOOT_FILES.map(
    (glob) => new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`),
  );
  t.regex(unit.unit.path, units as RegExp);
  for (const { path } of unit.dropIns) t.regex(path, dropIns as RegExp);
  t.deepEqual(systemctlReload(), ['systemctl', 'daemon-reload']);
});
