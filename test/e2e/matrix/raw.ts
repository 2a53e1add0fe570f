import type { Guest } from '../../lab/guest.ts';
import { POOL as BLOCK_POOL, enlarge, makeBlockPool } from '../support/block-pool.ts';
import { makeLoopPool } from '../support/raw-pool.ts';
import { diskOf, must } from '../support/shell.ts';
import { bootPrepared, done, FILL, SUM } from './prepare.ts';
import type { Scenario } from './scenario.ts';

// Pools without LVM, on files and on block devices.

const FILES_POOL = 'files';

/** Without the numbers of loop devices, which follow what is free, and without the bystander's. */
const state = (guest: Guest): Promise<string> =>
  must(
    guest,
    `dmsetup table | sed -E 's/ 7:[0-9]+//g' | grep -v ^bystander | sort
    dmsetup info --columns --noheadings --options name,suspended | grep -v ^bystander | sort
    stat -c '%n %s' /var/pool/* 2> /dev/null || true; losetup --list --noheadings --output BACK-FILE | sort
    lvs --noheadings -o lv_name,lv_size; find /var/lib/dmtool -type f -exec sha256sum {} + 2> /dev/null || true`,
  );

/** After a power cut: as it was written down, or as its owner made it. */
const againOnFiles = `[ ! -e /var/lib/dmtool/raw-pools.json ] || exec dmtool activate --yes
data=$(losetup --find --show /var/pool/data); metadata=$(losetup --find --show /var/pool/metadata)
dmsetup create files --table "0 524288 thin-pool $metadata $data 128 0 1 skip_block_zeroing"`;

const againOnDevices = `[ ! -e /var/lib/dmtool/raw-pools.json ] || exec dmtool activate --yes
dmsetup create ${BLOCK_POOL} --table "0 262144 thin-pool /dev/mapper/store-metadata /dev/mapper/store-data 128 0 1 skip_block_zeroing"`;

const dataOn =
  (pool: string) =>
  (guest: Guest): Promise<string> =>
    must(guest, SUM, pool);

async function makeFilled(guest: Guest): Promise<void> {
  await makeLoopPool(guest, '256M', '8M', FILES_POOL);
  await must(guest, FILL);
}

export const rawScenarios: readonly Scenario[] = [
  {
    name: 'resize on files',
    boot: () => bootPrepared([], makeFilled),
    argv: () => ['dmtool', 'resize', '320M', '--yes'],
    state,
    afterCut: (guest) => must(guest, againOnFiles),
    data: dataOn(FILES_POOL),
  },
  {
    name: 'resize on devices',
    boot: () =>
      bootPrepared(['512M'], async (guest) => {
        await makeBlockPool(guest, diskOf(guest), '128M', '8M');
        await must(guest, FILL);
        await enlarge(guest, 'data', '192M');
      }),
    argv: () => ['dmtool', 'resize', '--yes'],
    state,
    afterCut: (guest) => must(guest, againOnDevices),
    data: dataOn(BLOCK_POOL),
  },
  {
    name: 'activate on files',
    boot: () =>
      bootPrepared([], async (guest) => {
        await makeFilled(guest);
        await done(guest, ['resize', '320M']);
        await must(guest, 'udevadm settle; dmsetup remove vol; dmsetup remove files; losetup --detach-all');
      }),
    argv: () => ['dmtool', 'activate', '--yes'],
    state,
  },
];
