import type { DockerFacts } from '../../src/model/docker.ts';
import type { Host } from '../../src/model/host.ts';
import type { RawPartFacts, RawPoolRecord } from '../../src/model/raw-pool.ts';
import type { ThinPoolTable } from '../../src/model/thin-pool.ts';
import { parseThinPoolTable } from '../../src/tools/dmsetup.ts';
import { bytes, GIB, MIB } from '../../src/units/quantity.ts';
import { dockerFacts } from './docker-hosts.ts';
import { lvmHost } from './growing-hosts.ts';
import { blankHost } from './hosts.ts';

const table = parseThinPoolTable('0 4194304 thin-pool 7:9 7:8 128 0 1 skip_block_zeroing') as ThinPoolTable;
const loop = { offsetBytes: bytes(0n), sizeLimitBytes: bytes(0n) };
export const onFiles: RawPoolRecord = {
  name: 'files',
  table,
  data: { path: '/var/pool/data', loop },
  metadata: { path: '/var/pool/metadata', loop: { offsetBytes: bytes(MIB), sizeLimitBytes: bytes(8n * MIB) } },
};
export const onDisks: RawPoolRecord = {
  name: 'disks',
  table,
  data: { path: '/dev/disk/by-id/one', loop: null },
  metadata: { path: '/dev/disk/by-id/two', loop: null },
};
export const onMoreFiles: RawPoolRecord = {
  ...onFiles,
  name: 'more',
  data: { path: '/srv/data', loop },
  metadata: { path: '/srv/metadata', loop },
};
const whole: RawPartFacts = {
  sizeBytes: bytes(2n * GIB),
  device: null,
  beginsAsMetadata: true,
  freeBytes: bytes(8n * GIB),
};

type Parts = { data?: Partial<RawPartFacts>; metadata?: Partial<RawPartFacts> };

/** A host after a reboot: nothing is attached, and no pool runs. */
export const rebooted = (
  records: readonly RawPoolRecord[] = [onFiles],
  parts: Parts = {},
  facts: Partial<Host> = {},
): Host =>
  blankHost([], {
    rawPools: records,
    activation: {
      parts: records.map(({ name, data, metadata }) => ({
        name,
        data: { ...whole, device: data.loop ? null : data.path, ...parts.data },
        metadata: { ...whole, device: metadata.loop ? null : metadata.path, ...parts.metadata },
      })),
      freeLoops: ['/dev/loop3', '/dev/loop4', '/dev/loop5', '/dev/loop6'],
      dockerLog: [],
      containerdLog: [],
    },
    ...facts,
  });

export const asleep = (host: Host): Host => ({
  ...host,
  thinPools: [],
  volumeGroups: host.volumeGroups.map((vg) => ({
    ...vg,
    logicalVolumes: vg.logicalVolumes.map((lv) => ({ ...lv, active: false })),
  })),
});

export const missed =
  'level=fatal msg="failed to start daemon: error initializing graphdriver: devmapper: Non existing device docker-thinpool"';
export const cameUp = 'level=info msg="Daemon has completed initialization"';
export const stopped: DockerFacts = dockerFacts({
  info: null,
  containers: [],
  services: [{ name: 'docker', state: 'stopped' }],
});
export const withDocker = (host: Host, dockerLog: readonly string[], docker: DockerFacts = stopped): Host => ({
  ...host,
  docker,
  activation: { parts: [], freeLoops: [], dockerLog, containerdLog: [] },
});

/** The loop devices that have a part of a recorded pool. */
export const attached = ({ activation }: Host): string[] =>
  (activation?.parts ?? [])
    .flatMap(({ data, metadata }) => [data.device, metadata.device])
    .filter((device) => device !== null);

/** A host whose Docker gave up because LVM's pool was not active. */
export const missedPool = (): Host => withDocker(asleep(lvmHost()), [missed]);
