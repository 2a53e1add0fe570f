import type { Guest } from '../../lab/guest.ts';
import { takeSnapshot } from '../crash-support/machine.ts';
import { makeThinVolume } from '../support/growth.ts';
import { diskOf, must, setupPool } from '../support/shell.ts';
import { damage } from '../support/sick-pool.ts';
import { bootPrepared, done, FILL, SUM } from './prepare.ts';
import type { Scenario } from './scenario.ts';

// Pools of LVM's, without an engine.

const NO_PVS = 'for disk; do pvs "$disk" > /dev/null 2>&1 || echo "$disk"; done';

/** LVM, files apart from when they were written, mapped devices and the edges of the disks; those of a PV change with each change of its VG. */
const state = async (guest: Guest): Promise<string> => {
  const disks = (await must(guest, NO_PVS, ...guest.disks.slice(0, -1))).split('\n').filter((disk) => disk !== '');
  const { files = '', ...rest } = await takeSnapshot(guest, disks);
  return JSON.stringify({ ...rest, files: files.replaceAll(/ \d+\.\d+$/gm, '') }, null, 1);
};

const setup = (guest: Guest): string[] => [...setupPool, '--device', diskOf(guest)];
const POOL = 'docker-thinpool';

/** A pool with room in its VG, and something in it. */
const bootFilled = (): Promise<Guest> =>
  bootPrepared(['512M', '256M'], async (guest) => {
    await done(guest, [...setup(guest), '--data-size', '128M']);
    await makeThinVolume(guest, `/dev/mapper/${POOL}`, 2 ** 25);
    await must(guest, FILL);
  });

const resize = (name: string, ...args: readonly string[]): Scenario => ({
  name: `resize ${name}`,
  boot: bootFilled,
  argv: (guest) => ['dmtool', 'resize', ...(args.length > 0 ? args : ['--device', diskOf(guest, 1)]), '--yes'],
  state,
  data: (guest) => must(guest, SUM, POOL),
});

/** A pool whose metadata thin_check does not pass, and that is not active. */
const bootDamaged = (): Promise<Guest> =>
  bootPrepared(['512M'], async (guest) => {
    await done(guest, [...setup(guest), '--data-size', '128M']);
    await makeThinVolume(guest, `/dev/mapper/${POOL}`, 2 ** 25);
    await must(
      guest,
      `${FILL}; udevadm settle; dmsetup remove vol; vgchange --quiet --activate n docker; lvchange --quiet --yes --activate y docker/thinpool_tmeta
      start=$(dmsetup table docker-thinpool_tmeta | cut -d ' ' -f 5); lvchange --quiet --activate n docker/thinpool_tmeta
      ${damage}
      damage "$1" "$start"`,
      diskOf(guest),
    );
  });

const foreign = `pvcreate --quiet "$1"; vgcreate --quiet theirs "$1"; lvcreate --quiet --yes --type thin-pool --size 128M --name pool theirs`;

export const lvmScenarios: readonly Scenario[] = [
  {
    name: 'setup --engine none',
    boot: () => bootPrepared(['512M'], async () => undefined),
    argv: (guest) => ['dmtool', ...setup(guest), '--yes'],
    state,
  },
  { ...resize('160M', '160M'), isSample: true },
  resize('--metadata 12M', '--metadata', '12M'),
  resize('--device'),
  {
    name: 'adopt',
    boot: () => bootPrepared(['512M'], (guest) => must(guest, foreign, diskOf(guest))),
    argv: () => ['dmtool', 'adopt', '--yes'],
    state,
  },
  {
    name: 'activate',
    boot: () =>
      bootPrepared(['512M'], async (guest) => {
        await done(guest, setup(guest));
        await must(guest, 'vgchange --quiet --activate n docker');
      }),
    argv: () => ['dmtool', 'activate', '--yes'],
    state,
  },
  {
    name: 'repair',
    boot: bootDamaged,
    argv: () => ['dmtool', 'repair', '--pool', 'docker/thinpool', '--yes'],
    state,
    refusesAfter: 'pool-healthy',
  },
  {
    name: 'teardown of a pool',
    boot: () => bootPrepared(['512M'], (guest) => done(guest, setup(guest))),
    argv: () => ['dmtool', 'teardown', '--yes'],
    state,
  },
];
