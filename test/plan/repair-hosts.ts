import type { DeviceRecord } from '../../src/model/docker-devices.ts';
import type { Host } from '../../src/model/host.ts';
import type { LogicalVolume } from '../../src/model/lvm.ts';
import type { PoolDeviceFacts } from '../../src/model/pool-device.ts';
import type { RepairFacts } from '../../src/model/repair.ts';
import type { ThinPoolBroken, ThinPoolStatus } from '../../src/model/thin-pool.ts';
import { REPAIR_PROGRAMS } from '../../src/tools/programs.ts';
import { MIB, sectors } from '../../src/units/quantity.ts';
import { type Scene, usedTree, withDocker } from './docker-hosts.ts';
import { blockDevice, loopDevice, loopFile, loopHost, lvmHost } from './growing-hosts.ts';
import { logicalVolume } from './hosts.ts';
import type { Tree, World } from './simulated/docker-disk.ts';
import type { IllHost, Illness } from './simulated/repair.ts';

export const FIRST = '/var/lib/dmtool/repair/docker-thinpool-1';

/** A host on which nothing was ever repaired. */
export const facts = (more: Partial<RepairFacts> = {}): RepairFacts => ({
  ...{ runs: [], mounts: [], loops: [], beginnings: [] },
  ...more,
});

type Flags = Partial<Omit<Illness, 'device'>>;

const illnessOf = (flags: Flags, device: string): Illness => ({
  isSound: true,
  isFull: false,
  isFlagged: false,
  ...flags,
  device,
});

const withPrograms = (host: Host): Host => ({
  ...host,
  programs: [...new Set([...host.programs, ...REPAIR_PROGRAMS])],
});

/** What the kernel says of a pool that is so ill. */
function statusOf(status: ThinPoolStatus, { isFull, isFlagged }: Illness): ThinPoolStatus {
  const usedMetadataBlocks = isFull ? status.totalMetadataBlocks : status.usedMetadataBlocks;
  return { ...status, usedMetadataBlocks, needsCheck: isFlagged, mode: isFull || isFlagged ? 'ro' : 'rw' };
}

const hidden = (name: string): LogicalVolume => logicalVolume(name, 10n, { role: ['private', 'thin', 'pool'] });

/** A pool that setup made, so ill. */
export function illLvmHost(flags: Flags, more: Partial<Host> = {}, volumes: readonly LogicalVolume[] = []): IllHost {
  const host = withPrograms(lvmHost());
  const illness = illnessOf(flags, '/dev/mapper/docker-thinpool_tmeta');
  const volumeGroups = host.volumeGroups.map((vg) => ({
    ...vg,
    logicalVolumes: [...vg.logicalVolumes, hidden('thinpool_tdata'), hidden('thinpool_tmeta'), ...volumes],
  }));
  const thinPools = host.thinPools.map((pool) => ({
    ...pool,
    status: statusOf(pool.status as ThinPoolStatus, illness),
  }));
  return { ...host, volumeGroups, thinPools, repair: facts(), illness, ...more };
}

/** The same when nobody has activated it. */
export const idleLvmHost = (flags: Flags, more: Partial<Host> = {}): IllHost => {
  const host = illLvmHost(flags);
  const volumeGroups = host.volumeGroups.map((vg) => ({
    ...vg,
    logicalVolumes: vg.logicalVolumes.map((lv) => ({ ...lv, active: false })),
  }));
  return { ...host, thinPools: [], volumeGroups, ...more };
};

/** LVM's own thin volume in it. */
export const thinVolume = (name: string, active = true): LogicalVolume =>
  logicalVolume(name, 5n, { kind: 'thin', poolLv: 'thinpool', active });

/** A pool on two files, by the name of `files`, so ill; on disks instead where that is asked. */
export function illRawHost(flags: Flags, { onDisks = false } = {}, more: Partial<Host> = {}): IllHost {
  const data = onDisks
    ? blockDevice('8:16', '/dev/sdb', 2048n * MIB)
    : loopDevice(0, loopFile('/var/pool/data', 2048n * MIB));
  const metadata = onDisks
    ? blockDevice('8:32', '/dev/sdc', 64n * MIB)
    : loopDevice(1, loopFile('/var/pool/metadata', 64n * MIB));
  const host = withPrograms(loopHost({ data, metadata, pool: { name: 'files' } }));
  const attached = { '/dev/loop0': '/var/pool/data', '/dev/loop1': '/var/pool/metadata' };
  const illness = { ...illnessOf(flags, metadata.path), ...(onDisks ? {} : { files: { attached, mended: [] } }) };
  const thinPools = host.thinPools.map((pool) => ({
    ...pool,
    status: statusOf(pool.status as ThinPoolStatus, illness),
  }));
  const loops = onDisks ? [] : Object.entries(attached).map(([device, file]) => ({ device, file }));
  return { ...host, thinPools, repair: facts({ loops }), illness, ...more };
}

/** The kernel has given it up. */
export const failed = (host: IllHost): IllHost => ({
  ...host,
  thinPools: host.thinPools.map((pool) => ({
    ...pool,
    status: { state: 'fail', text: '0 1 thin-pool Fail' } satisfies ThinPoolBroken,
  })),
});

/** Nothing that Docker would have written down. */
const NO_DEVICES: PoolDeviceFacts = {
  docker: {
    ...{ root: '', loopPoolName: null, filesystem: null, records: [], containers: [] },
    ...{ layers: [], images: [], problems: [] },
  },
  active: [],
  directory: null,
};

/** With what Docker has written down of its devices. */
export const withDevices = <Any extends Host>(host: Any, records: readonly DeviceRecord[]): Any => ({
  ...host,
  poolDevices: { ...NO_DEVICES, docker: { ...NO_DEVICES.docker, records } },
});

/** A thin device that somebody made by hand. */
export const withStranger = (host: IllHost, isTold = true): IllHost => ({
  ...host,
  thinDevices: [{ name: 'vol', poolName: 'files' }],
  poolDevices: {
    ...NO_DEVICES,
    active: isTold
      ? [
          {
            name: 'vol',
            poolName: 'files',
            id: 3,
            lengthSectors: sectors(2048),
            mappedSectors: null,
            mounts: [],
            own: null,
          },
        ]
      : [],
  },
});

/** A data root on that pool. */
export function treeOnPool(facts: Tree = {}): Tree {
  const { overlay2: _, ...tree } = usedTree({ devicemapper: { poolName: 'docker-thinpool' }, ...facts });
  return tree;
}

/** The same pool with Docker on it, and a container. */
export function illDockerHost(flags: Flags, scene: Scene = {}): IllHost & World {
  const config = '{"storage-driver": "devicemapper", "storage-opts": ["dm.thinpooldev=/dev/mapper/docker-thinpool"]}';
  const host = withDocker(illLvmHost(flags), { tree: treeOnPool(), config, ...scene });
  return withPrograms({ ...host, activation: NO_WORD }) as IllHost & World;
}

const NO_WORD = { parts: [], freeLoops: [], dockerLog: [], containerdLog: [] };
