import test from 'ava';
import { boot } from '../lab/boot.ts';
import { kernelScenes } from '../lab/fixtures/kernel-scenes.ts';
import { doctorCodes } from './support/findings.ts';
import { diskOf, dmtool, dmtoolJson, must } from './support/shell.ts';

// Pools that are really ill, on a real kernel: status and doctor say what ails them, and why.

const ills = [
  {
    scene: 'full-queueing',
    codes: ['DM104 CRITICAL', 'DM113 CRITICAL', 'DM126 INFO'],
    says: /DM113: .*writes wait \d+ s more/,
  },
  {
    scene: 'full-timed-out',
    codes: ['DM104 CRITICAL', 'DM114 CRITICAL', 'DM126 INFO'],
    says: /DM114: .*its time has run out/,
  },
  {
    scene: 'metadata-full',
    codes: ['DM101 CRITICAL', 'DM105 CRITICAL', 'DM126 INFO'],
    says: /DM101: it is read-only: its metadata are full/,
  },
  {
    scene: 'needs-check',
    codes: ['DM101 CRITICAL', 'DM102 CRITICAL', 'DM126 INFO'],
    says: /DM101: it is read-only: an error while its metadata were written \(/,
  },
  { scene: 'failed', codes: ['DM103 CRITICAL'], says: /DM103: it has failed: the kernel serves no I\/O from it \(/ },
] as const;

for (const { scene: name, codes, says } of ills) {
  test.serial(`a pool that is ${name} is found as that, with its cause`, async (t) => {
    const scene = kernelScenes.find((each) => each.name === name);
    await using guest = await boot({ disks: scene?.disks ?? [] });
    await must(guest, 'exec bash -euc "$1"', scene?.script(guest.disks) ?? 'false');
    t.deepEqual(await doctorCodes(guest), [...codes]);
    const text = await dmtool(guest, ['status', '--format', 'human']);
    t.is(text.exitCode, 2);
    t.regex(text.stdout, says);
  });
}

test.serial(
  'metadata below the guideline, metadata at their limit, ignored discards and a held pool are told',
  async (t) => {
    await using guest = await boot({ disks: ['16G', '17G'] });
    const [data, metadata] = [diskOf(guest), diskOf(guest, 1)];
    const table = (sectors: string, features = '1 skip_block_zeroing') =>
      `0 ${sectors} thin-pool /dev/mapper/meta ${data} 128 0 ${features}`;
    const make = async (metadataSectors: string, pool: string): Promise<void> => {
      await must(
        guest,
        'dmsetup remove --force pool meta 2> /dev/null || :; dmsetup create meta --table "0 $1 linear $2 0"',
        metadataSectors,
        metadata,
      );
      await must(
        guest,
        'dd if=/dev/zero of=/dev/mapper/meta bs=4k count=1 oflag=direct status=none; dmsetup create pool --table "$1"',
        pool,
      );
    };
    await make('4096', table(String(2 ** 25)));
    t.deepEqual(await doctorCodes(guest), ['DM115 INFO']);
    await make(String(33_292_800), table('131072'));
    t.deepEqual(await doctorCodes(guest), ['DM116 INFO']);
    await make('16384', table('131072', '2 skip_block_zeroing ignore_discard'));
    t.deepEqual(await doctorCodes(guest), ['DM125 WARNING']);
    await must(
      guest,
      'dmsetup message pool 0 "create_thin 0"; dmsetup create vol --table "0 8388608 thin /dev/mapper/pool 0"',
    );
    t.deepEqual(await doctorCodes(guest), ['DM125 WARNING', 'DM126 INFO']);
    await must(guest, 'dmsetup suspend pool');
    const held = await dmtoolJson(guest, ['status']);
    await must(guest, 'dmsetup resume pool');
    t.is(held.exitCode, 2);
    t.true(held.document.findings?.some(({ code }) => code === 'DM127'));
  },
);
