import type { PoolTarget, StorageOption } from '../../model/intent.ts';
import { METADATA_BLOCK_BYTES } from '../../model/thin-pool.ts';
import { type Bytes, bytes, KIB, SECTOR_BYTES } from '../../units/quantity.ts';
import { parseSize } from '../../units/size.ts';
import {
  BASE_SIZE,
  BLOCK_SIZE,
  DEFERRED_DELETION,
  DEFERRED_REMOVAL,
  FILESYSTEM,
  MIN_FREE_SPACE,
} from './option-table.ts';
import { isTrue } from './option-value.ts';
import { OWN_CHUNK_BYTES } from './own-setup.ts';
import { formatDockerSize } from './sizes.ts';

/** Docker's own, where dm.blocksize does not say otherwise (defaultThinpBlockSize, 128 sectors). */
const LOOP_CHUNK_BYTES = bytes(64n * KIB);

/** What the kernel uses of a metadata device at most (DM_SM_METADATA_MAX_BLOCKS, 4 KiB blocks). */
const MOST_METADATA_BLOCKS = 255n * ((1n << 14n) - 64n);

/**
 * What `docker info` must say of its driver once it runs on that pool: names and values of DriverStatus, as
 * daemon/graphdriver/devmapper/driver.go puts them. An empty value stands for one that is left out as well. What nobody
 * can know beforehand (used space, a loop-lvm pool's name and loop devices) is not in it.
 * @param options all that daemon.json has, from optionsFor
 * @param dataRoot Docker's data root, symbolic links followed
 */
export function expectedStatus(
  target: PoolTarget,
  options: readonly StorageOption[],
  dataRoot: string,
): Record<string, string> {
  const said = (name: string): string | undefined => options.find((option) => option.name === name)?.value;
  const asked = {
    ...shown('Deferred Removal Enabled', said(DEFERRED_REMOVAL), (text) => String(isTrue(text))),
    ...shown('Deferred Deletion Enabled', said(DEFERRED_DELETION), (text) => String(isTrue(text))),
    ...shown('Base Device Size', said(BASE_SIZE), (text) => formatDockerSize(parseSize(text) as Bytes)),
    ...shown('Backing Filesystem', said(FILESYSTEM), (text) => text),
  };
  // How large a pool becomes that Docker makes of a disk is between it and LVM.
  if (target.kind === 'own-setup') {
    return { ...directStatus(target.poolName), 'Pool Blocksize': formatDockerSize(OWN_CHUNK_BYTES), ...asked };
  }
  const sizes = target.kind === 'direct-lvm' ? target : { ...target, chunkSizeBytes: loopChunk(said(BLOCK_SIZE)) };
  const pool = poolAsDockerCounts(sizes);
  return {
    ...(target.kind === 'direct-lvm' ? directStatus(target.poolName) : loopStatus(dataRoot)),
    'Pool Blocksize': formatDockerSize(pool.blockBytes),
    'Data Space Total': formatDockerSize(bytes(pool.blocks * pool.blockBytes)),
    'Metadata Space Total': formatDockerSize(metadataTotal(target.metadataSizeBytes)),
    ...shown('Thin Pool Minimum Free Space', said(MIN_FREE_SPACE), (text) => minimumFree(pool, text)),
    ...asked,
  };
}

/** The same of containerd's store, where Docker tells no more of the pool. */
export const STORE_STATUS: Readonly<Record<string, string>> = { 'driver-type': 'io.containerd.snapshotter.v1' };

/** A value of an option as Docker shows it; nothing where it is not set. */
const shown = (name: string, text: string | undefined, show: (text: string) => string): Record<string, string> =>
  text === undefined ? {} : { [name]: show(text) };

const directStatus = (poolName: string): Record<string, string> => ({
  'Pool Name': poolName,
  'Data file': '',
  'Metadata file': '',
});

/** Docker's own directory, and the driver's directory of the same name in it. */
const loopStatus = (dataRoot: string): Record<string, string> => ({
  'Data loop file': `${dataRoot}/devicemapper/devicemapper/data`,
  'Metadata loop file': `${dataRoot}/devicemapper/devicemapper/metadata`,
});

const loopChunk = (said: string | undefined): Bytes => (said && parseSize(said)) || LOOP_CHUNK_BYTES;

/** Docker divides the table's length by the number of blocks, remainder and all (DeviceSet.Status). */
function poolAsDockerCounts(sizes: { dataSizeBytes: Bytes; chunkSizeBytes: Bytes }): {
  blocks: bigint;
  blockBytes: Bytes;
} {
  const blocks = sizes.dataSizeBytes / sizes.chunkSizeBytes;
  return { blocks, blockBytes: bytes((sizes.dataSizeBytes / SECTOR_BYTES / blocks) * SECTOR_BYTES) };
}

/** A share of the blocks, rounded down to whole ones. */
function minimumFree(pool: { blocks: bigint; blockBytes: Bytes }, percent: string): string {
  return formatDockerSize(bytes(((pool.blocks * BigInt(Number.parseInt(percent, 10))) / 100n) * pool.blockBytes));
}

/** In whole blocks of the kernel's, which uses no more of a device than it can address. */
function metadataTotal(size: Bytes): Bytes {
  const blocks = size / METADATA_BLOCK_BYTES;
  return bytes((blocks < MOST_METADATA_BLOCKS ? blocks : MOST_METADATA_BLOCKS) * METADATA_BLOCK_BYTES);
}
