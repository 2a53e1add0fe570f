import { isDeepStrictEqual } from 'node:util';
import type { OwnSetup } from '../../../src/model/docker.ts';
import type { Host } from '../../../src/model/host.ts';
import type { StorageOption } from '../../../src/model/intent.ts';
import { vgNamed } from './common.ts';
import type { Tree, World } from './docker-disk.ts';
import { pvcreate, vgcreate } from './groups.ts';
import { lvchange, lvconvert, lvcreate } from './volumes.ts';

const PROFILE_PATH = '/etc/lvm/profile/docker-thinpool.profile';

/** What daemon.json says of a pool that Docker is to make; null: nothing. */
export function wantedSetup(options: readonly StorageOption[]): OwnSetup | null {
  const value = (name: string): string | undefined => options.find((option) => option.name === name)?.value;
  const device = value('dm.directlvm_device');
  if (device === undefined) return null;
  return {
    device,
    dataPercent: Number(value('dm.thinp_percent') ?? 0),
    metadataPercent: Number(value('dm.thinp_metapercent') ?? 0),
    thresholdPercent: Number(value('dm.thinp_autoextend_threshold') ?? 0),
    stepPercent: Number(value('dm.thinp_autoextend_percent') ?? 0),
  };
}

/** The commands that Docker runs, one after the other, as it runs them (device_setup.go). */
export function ownSetupCommands(setup: OwnSetup): ((host: Host) => Host)[] {
  const profile = `activation{\nthin_pool_autoextend_threshold=${setup.thresholdPercent || 80}\nthin_pool_autoextend_percent=${setup.stepPercent || 20}\n}`;
  const share = (host: Host, percent: number): string =>
    String((vgNamed(host, 'docker').extentCount * BigInt(percent)) / 100n);
  return [
    (host) => pvcreate(host, ['--uuid', 'by-docker', '--', setup.device]),
    (host) => vgcreate(host, ['--physicalextentsize', '4m', '--', 'docker', setup.device]),
    (host) => make(host, 'thinpool', share(host, setup.dataPercent || 95)),
    (host) => make(host, 'thinpoolmeta', share(host, setup.metadataPercent || 1)),
    // It is activated without its profile, and nobody watches it.
    (host) =>
      lvchange(
        lvconvert(host, [
          '--chunksize',
          '512k',
          '--thinpool',
          'docker/thinpool',
          '--poolmetadata',
          'docker/thinpoolmeta',
        ]),
        [...['--activate', 'y', '--monitor', 'n', '--', 'docker/thinpool']],
      ),
    (host) => ({
      ...host,
      files: [...host.files.filter(({ path }) => path !== PROFILE_PATH), { path: PROFILE_PATH, content: profile }],
    }),
    (host) => lvchange(host, ['--metadataprofile', 'docker-thinpool', '--', 'docker/thinpool']),
  ];
}

const make = (host: Host, name: string, extentCount: string): Host =>
  lvcreate(host, ['--activate', 'n', '--name', name, '--extents', extentCount, '--', 'docker']);

/** Docker with a pool to make: makes it once, and never another. */
export function ownPool(world: World, tree: Tree, setup: OwnSetup, die: (reason: string) => never): World {
  const known = tree.devicemapper?.ownSetup;
  if (known) return isDeepStrictEqual(known, setup) ? world : die('changing direct-lvm config is not supported');
  if (world.physicalVolumes.some(({ path, vgName }) => path === setup.device && vgName !== null))
    die(`${setup.device} is already part of a volume group`);
  try {
    return ownSetupCommands(setup).reduce((now, command) => command(now) as World, world);
  } catch (error) {
    return die((error as Error).message);
  }
}
