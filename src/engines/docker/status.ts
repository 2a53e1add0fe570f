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
  const sizes = target.kind === 'direct-lvm' ? target : { ...target, chunkSizeBytes: loopChunk(said(BLOCK_SIZE)) };
  const pool = poolAsDockerCounts(sizes);
  const place = target.kind === 'direct-lvm' ? directStatus(target.poolName) : loopStatus(dataRoot);
  const asked = [
    ['Thin Pool Minimum Free Space', said(MIN_FREE_SPACE), (text: string) => minimumFree(pool, text)],
    ['Deferred Removal Enabled', said(DEFERRED_REMOVAL), (text: string) => String(isTrue(text))],
    ['Deferred Deletion Enabled', said(DEFERRED_DELETION), (text: string) => String(isTrue(text))],
    ['Base Device Size', said(BASE_SIZE), (text: string) => formatDockerSize(parseSize(text) as Bytes)],
    ['Backing Filesystem', said(FILESYSTEM), (text: string) => text],
  ] as const;
  return {
    ...place,
    'Pool Blocksize': formatDockerSize(pool.blockBytes),
    'Data Space Total': formatDockerSize(bytes(pool.blocks * pool.blockBytes)),
    'Metadata Space Total': formatDockerSize(metadataTotal(target.metadataSizeBytes)),
    ...Object.fromEntries(asked.flatMap(([name, text, shown]) => (text === undefined ? [] : [[name, shown(text)]]))),
  };
}

/** The same of containerd's store, where Docker tells no more of the pool. */
export const STORE_STATUS: Readonly<Record<string, string>> = { 'driver-type': 'io.containerd.snapshotter.v1' };

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
