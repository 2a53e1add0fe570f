import test from 'ava';
import { boot } from '../lab/boot.ts';
import { kernelScenes } from '../lab/fixtures/kernel-scenes.ts';
import type { Guest } from '../lab/guest.ts';
import { fillBlocks } from './support/growth.ts';
import { makeLoopPool, POOL } from './support/raw-pool.ts';
import { dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';
import { spendMetadata } from './support/sick-pool.ts';

// Pools that are full, or ill: grown at once where that cures them, refused where the kernel would ignore it.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const waitFor = (guest: Guest, pattern: string): Promise<string> =>
  must(
    guest,
    'dmsetup wait --noflush "$1" 0 || true; until dmsetup status --noflush "$1" | grep -q "$2"; do sleep 0.1; done',
    POOL,
    pattern,
  );

test.serial('full and queueing: grown within the minute, the blocked writer ends, and nothing is lost', async (t) => {
  if (isHost) return t.pass('the host’s loop devices are not counted');
  await using guest = await boot();
  await makeLoopPool(guest, '16M', '4M');
  const content = 'yes dmtool | head -c 24M';
  const writer = guest.start([
    'sh',
    '-c',
    `${content} | dd of=/dev/mapper/vol bs=64k iflag=fullblock oflag=direct conv=fsync`,
  ]);
  await waitFor(guest, 'out_of_data_space');
  const grown = await dmtool(guest, ['resize', '32M', '--yes']);
  t.is(grown.exitCode, 0, grown.stderr);
  t.is((await writer.result).exitCode, 0);
  const sum = 'cksum | cut -d" " -f1,2';
  t.is(await must(guest, `head -c 24M /dev/mapper/vol | ${sum}`), await must(guest, `${content} | ${sum}`));
});

test.serial('full for too long: it grows, and the text says that writes were lost', async (t) => {
  if (isHost) return t.pass('the host’s kernel keeps its minute');
  await using guest = await boot();
  await must(
    guest,
    'modprobe dm_thin_pool 2> /dev/null || true; echo 1 > /sys/module/dm_thin_pool/parameters/no_space_timeout',
  );
  await makeLoopPool(guest, '16M', '4M');
  const writer = guest.start([
    'dd',
    'if=/dev/zero',
    'of=/dev/mapper/vol',
    'bs=64k',
    'count=300',
    'oflag=direct',
    'conv=fsync',
  ]);
  t.not((await writer.result).exitCode, 0);
  const grown = await dmtool(guest, ['resize', '32M', '--yes']);
  t.is(grown.exitCode, 0, grown.stderr);
  t.regex(grown.stderr, /writes have failed and are lost/);
});

/** The scene that a parser's fixture was captured in, on this guest. */
async function play(guest: Guest, name: string): Promise<void> {
  const scene = kernelScenes.find((each) => each.name === name);
  await must(guest, 'bash -euc "$1" scene > /dev/null', scene?.script(guest.disks) ?? 'false');
}

test.serial('a real needs_check is refused with what to do; the kernel would have said nothing', async (t) => {
  if (isHost) return t.pass('the host’s disks are not made to fail');
  await using guest = await boot({ disks: ['4M', '64M'] });
  await play(guest, 'needs-check');
  const refused = await dmtoolJson(guest, ['resize', '--yes']);
  t.deepEqual([refused.exitCode, ...refusalCodes(refused)], [3, 'needs-check']);
});

test.serial('metadata that are full are cured by more of them, and by nothing else', async (t) => {
  if (isHost) return t.pass('the host’s loop devices are not counted');
  await using guest = await boot({ memory: '768M' });
  await makeLoopPool(guest, '1G', '2M');
  await fillBlocks(guest, '/dev/mapper/vol', 0, 4000, 65536);
  await spendMetadata(guest, POOL);
  const refused = await dmtoolJson(guest, ['resize', '2G', '--yes']);
  t.deepEqual([refused.exitCode, ...refusalCodes(refused)], [3, 'read-only']);
  const cured = await dmtool(guest, ['resize', '--metadata', '8M', '--yes']);
  t.is(cured.exitCode, 0, cured.stderr);
  t.regex(await must(guest, 'dmsetup status --noflush "$1"', POOL), /\/2048 .* rw /);
  await fillBlocks(guest, '/dev/mapper/vol', 0, 4000, 65536);
});
