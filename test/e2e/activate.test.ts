import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { killAtPoint, nameOf, type Point } from './crash-support/points.ts';
import { importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, startDocker, stopDocker, tryToStartDocker } from './support/docker.ts';
import { makeLoopPool } from './support/raw-pool.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes, setupPool } from './support/shell.ts';

// What a reboot takes from a pool, and how it comes back.

const isHost = process.env['DMTOOL_LAB'] === 'host';
const activate = ['activate', '--yes'];
const makeVolume = `dmsetup create vol --table "0 $((1 << 23)) thin /dev/mapper/files 0"`;
const checksum = (guest: Guest): Promise<string> => must(guest, 'head -c 8M /dev/mapper/vol | sha256sum');
const loops = (guest: Guest): Promise<string> =>
  must(guest, 'losetup --list --noheadings --output BACK-FILE,OFFSET | sort');

test.serial(
  'a pool on files that dmtool has grown is made again, with all that is in it, and each file once',
  async (t) => {
    if (isHost) return t.pass('the host is not rebooted');
    await using guest = await boot();
    await makeLoopPool(guest, '1G', '8M', 'files');
    await must(guest, 'head -c 8M /dev/urandom | dd of=/dev/mapper/vol bs=1M oflag=direct status=none');
    t.like((await dmtoolJson(guest, activate)).document, { outcome: 'nothing-to-do', exitCode: 0 });
    t.like((await dmtoolJson(guest, ['resize', '2G', '--yes'])).document, { outcome: 'done' });
    t.is(await must(guest, 'stat -c %a /var/lib/dmtool/raw-pools.json'), '600\n');
    const sum = await checksum(guest);
    t.like((await dmtoolJson(guest, activate)).document, { outcome: 'nothing-to-do', exitCode: 0 });

    await guest.reboot();
    t.is(await must(guest, 'dmsetup ls --target thin-pool; losetup --list'), 'No devices found\n');
    const script = await dmtool(guest, ['activate', '--dry-run']);
    t.regex(script.stdout, /^losetup -- \/dev\/loop0 \/var\/pool\/data$/m);
    const back = await dmtool(guest, activate);
    t.is(back.exitCode, 0, back.stderr);
    t.regex(back.stdout, /^Thin pool files is active: read back from the kernel\.$/m);
    t.regex(await must(guest, 'dmsetup table files'), /^0 4194304 thin-pool 7:\d 7:\d 128 0 1 skip_block_zeroing/);
    await must(guest, makeVolume);
    t.is(await checksum(guest), sum);

    // Its loop devices are there still: they are used, and no others are made.
    await must(guest, 'udevadm settle; dmsetup remove vol; dmsetup remove files');
    const attached = await loops(guest);
    t.like((await dmtoolJson(guest, activate)).document, { outcome: 'done' });
    t.is(await loops(guest), attached);
    await must(guest, makeVolume);
    t.is(await checksum(guest), sum);
  },
);

test.serial(
  'nothing is made of files that are gone, cut or blank; a step that fails leaves nothing attached',
  async (t) => {
    if (isHost) return t.pass('the host’s loop devices are not counted');
    await using guest = await boot();
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    await makeLoopPool(guest, '1G', '8M', 'files');
    t.like((await dmtoolJson(guest, ['resize', '2G', '--yes'])).document, { outcome: 'done' });
    await must(guest, 'udevadm settle; dmsetup remove vol; dmsetup remove files; losetup --detach-all');
    for (const [spoil, mend, code] of [
      ['mv /var/pool/data /var/pool/away', 'mv /var/pool/away /var/pool/data', 'file-gone'],
      ['truncate -s 1G /var/pool/data', 'truncate -s 2G /var/pool/data', 'no-room'],
      [
        'cd /var/pool; cp metadata kept; dd if=/dev/zero of=metadata bs=4k count=1 conv=notrunc status=none',
        'mv /var/pool/kept /var/pool/metadata',
        'metadata-foreign',
      ],
    ] as const) {
      await must(guest, spoil);
      t.deepEqual(refusalCodes(await dmtoolJson(guest, activate)), [code]);
      t.is(await loops(guest), '');
      await must(guest, mend);
    }
    for (const [program, when] of [
      ['losetup', '/var/pool/metadata'],
      ['dmsetup', 'create'],
    ] as const) {
      const fault = await guest.failProgram(program, { when, once: true });
      const failed = await dmtool(guest, activate);
      await fault.remove();
      t.is(failed.exitCode, 1, failed.stderr);
      t.is(await loops(guest), '');
      t.is(
        await must(guest, 'dmsetup ls --target thin-pool; ls -A /var/lib/dmtool'),
        'No devices found\nraw-pools.json\n',
      );
    }
    t.like((await dmtoolJson(guest, activate)).document, { outcome: 'done' });
  },
);

const points: readonly Point[] = [
  { step: 'attach data', program: 'losetup', when: '/var/pool/data', mode: 'after' },
  { step: 'attach metadata', program: 'losetup', when: '/var/pool/metadata', mode: 'before' },
  { step: 'create', program: 'dmsetup', when: 'create', mode: 'before' },
  { step: 'create', program: 'dmsetup', when: 'create', mode: 'after' },
];

test.serial(
  'killed at each step: the next run ends where it would have ended, and attaches nothing twice',
  async (t) => {
    if (isHost) return t.pass('the host’s loop devices are not counted');
    await using guest = await boot();
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    await makeLoopPool(guest, '1G', '8M', 'files');
    t.like((await dmtoolJson(guest, ['resize', '2G', '--yes'])).document, { outcome: 'done' });
    const whole = await loops(guest);
    await must(guest, 'udevadm settle; dmsetup remove vol; dmsetup remove files; losetup --detach-all');
    for (const point of points) {
      for (const then of ['release', 'remove'] as const) {
        await killAtPoint(guest, ['dmtool', ...activate], point, then);
        const next = await dmtool(guest, activate);
        t.is(next.exitCode, 0, `${nameOf(point)}, ${then}: ${next.stderr}`);
        t.is(await loops(guest), whole, nameOf(point));
        t.regex(await must(guest, 'dmsetup table files'), /^0 4194304 thin-pool /);
        t.is(await must(guest, 'ls -A /var/lib/dmtool'), 'raw-pools.json\n', nameOf(point));
        await must(guest, 'dmsetup remove files; losetup --detach-all');
      }
    }
  },
);

test.serial(
  'a pool of LVM is activated and watched; of several that nobody needs here one has to be named',
  async (t) => {
    await using guest = await boot({ disks: ['512M', '512M'] });
    const made = await dmtool(guest, [...setupPool, '--device', diskOf(guest), '--yes']);
    t.is(made.exitCode, 0, made.stderr);
    await must(guest, 'vgcreate -q others "$1"; lvcreate -q -T -L 100M others/one', diskOf(guest, 1));
    await must(guest, 'lvcreate -q -T -L 100M others/two; lvchange --activate n docker others');
    t.like((await dmtoolJson(guest, activate)).document, { outcome: 'done' });
    t.regex(await must(guest, 'lvs --noheadings -o lv_active,seg_monitor docker/thinpool'), /active +monitored/);
    t.is(await must(guest, 'lvs --noheadings -S lv_active=active -o lv_name others'), '');
    t.like((await dmtoolJson(guest, activate)).document, { outcome: 'nothing-to-do' });
    const named = await dmtool(guest, [...activate, '--pool', 'others/two']);
    t.is(named.exitCode, 0, named.stderr);
    t.regex(await must(guest, 'lvs --noheadings -o lv_active others/two'), /active/);
    t.deepEqual(refusalCodes(await dmtoolJson(guest, [...activate, '--pool', 'three'])), ['pool-absent']);
  },
);

test.serial('a Docker that did not find its pool at boot is started again, with its containers', async (t) => {
  await using guest = await bootDocker({ disks: ['2G'] });
  await startDocker(guest);
  const setup = await dmtool(guest, ['setup', '--device', diskOf(guest), '--yes']);
  t.is(setup.exitCode, 0, setup.stderr);
  await importBusybox(guest);
  await runContainer(guest, 'web', { restart: 'always' });
  await stopDocker(guest);
  await must(guest, 'for name in $(dmsetup ls --target thin | cut -f1); do dmsetup remove "$name"; done');
  await must(guest, 'lvchange --activate n docker/thinpool');
  await tryToStartDocker(guest);
  t.regex(await must(guest, 'tail -n 5 /var/log/docker.log'), /Non existing device docker-thinpool/);
  const back = await dmtool(guest, activate);
  t.is(back.exitCode, 0, back.stderr);
  t.regex(back.stderr, /Start Docker, which did not find its pool/);
  t.is((await dockerInfo(guest)).Driver, 'devicemapper');
  t.is(await must(guest, 'until docker ps --format "{{.Names}}" | grep .; do :; done'), 'web\n');
  t.like((await dmtoolJson(guest, activate)).document, { outcome: 'nothing-to-do' });
});
