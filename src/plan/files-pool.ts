import type { Host } from '../model/host.ts';
import type { LoopIntent } from '../model/intent.ts';
import type { OwnershipRecord } from '../model/ownership.ts';
import { KERNEL_MAX_METADATA_BYTES, metadataGuidelineBytes } from '../model/pool-metadata.ts';
import { FILES_POOL, type RawPart, type RawPoolRecord } from '../model/raw-pool.ts';
import type { KernelThinPool } from '../model/thin-pool.ts';
import { FILES_PROGRAMS } from '../tools/programs.ts';
import { FILES_DIRECTORY } from '../tools/raw-pools.ts';
import { type Bytes, bytes, KIB, MIB, SECTOR_BYTES, sectors, sectorsToBytes } from '../units/quantity.ts';
import { formatSize, formatSizeForLvm } from '../units/size.ts';
import { makeRawPool } from './activate-raw.ts';
import { filesPoolSteps, filesWayBack, freeLoopsOf, partsOf } from './files-pool-steps.ts';
import { hasLooked, refuseKernel, refusePrograms, refuseUser } from './host-refusals.ts';
import { refuseUnwell } from './pool-refusals.ts';
import { writeRecord } from './raw-pool-record.ts';
import type { Refusal } from './refusal.ts';
import type { Planned, Step } from './step.ts';

/** 64 KiB, as containerd's own instructions for such a pool have it (docs/snapshotters/devmapper.md). */
const FILES_BLOCK_BYTES = (64n * KIB) as Bytes;

/** Free blocks below which the kernel raises an event: those instructions' number, or a tenth of a small pool. */
const LOW_WATER_MARK_BLOCKS = 32_768n;

const part = (name: string): RawPart => ({
  path: `${FILES_DIRECTORY}/${name}`,
  loop: { offsetBytes: bytes(0n), sizeLimitBytes: bytes(0n) },
});

/** The pool on files that is wanted; what its table stands on is only known when loop devices have the files. */
export function filesPool({ dataSizeBytes }: Pick<LoopIntent, 'dataSizeBytes'>): RawPoolRecord {
  const blocks = dataSizeBytes / FILES_BLOCK_BYTES;
  const tenth = blocks / 10n;
  const blockSectors = FILES_BLOCK_BYTES / SECTOR_BYTES;
  return {
    name: FILES_POOL,
    table: {
      startSectors: sectors(0n),
      lengthSectors: sectors(blocks * blockSectors),
      metadataDevice: '-',
      dataDevice: '-',
      dataBlockSizeSectors: sectors(blockSectors),
      lowWaterMarkBlocks: tenth < LOW_WATER_MARK_BLOCKS ? tenth : LOW_WATER_MARK_BLOCKS,
      // Every container's device gets a filesystem, which reads nothing that it has not written.
      features: ['skip_block_zeroing'],
    },
    data: part('data'),
    metadata: part('metadata'),
  };
}

/** Plans the pool alone: two sparse files, a loop device for each, and a table; written down for after a reboot. */
export function planFilesPool(host: Host, sizes: LoopIntent): Planned {
  const standing = hasLooked(host) ? refuseKernel(host) : refuseUser(host);
  const blind = [...standing, ...refusePrograms(host, FILES_PROGRAMS)];
  if (!hasLooked(host)) return { kind: 'refused', refusals: blind };
  const pool = filesPool(sizes);
  const record = ownRecord(host);
  const refusals = [...blind, ...refuseSizes(sizes), ...(record ? refuseChange(host, sizes) : refuseForeign(host))];
  if (refusals.length > 0) return { kind: 'refused', refusals };
  const steps = poolSteps(host, pool, sizes, record);
  const missing = steps.filter((each) => 'code' in each);
  if (missing.length > 0) return { kind: 'refused', refusals: missing };
  const { data, metadata } = pool;
  return {
    kind: 'ready',
    plan: {
      subject: `Thin pool ${pool.name} on files in ${FILES_DIRECTORY}`,
      steps: steps as Step[],
      warnings: warningsOf(host, sizes),
      notes: [],
      owns: {
        ...{ name: pool.name, pool: null, docker: null },
        files: { poolName: pool.name, data: data.path, metadata: metadata.path },
      },
      record: 'keep',
      summary: null,
      endings: { done: '', nothingToDo: '' },
      undoCommand: ['dmtool', 'teardown', '--loop'],
      wayBack: filesWayBack(host, pool),
    },
  };
}

const ownRecord = ({ ownership, installed }: Host): OwnershipRecord | undefined =>
  [...ownership, ...installed].find(({ files }) => files?.poolName === FILES_POOL);

const kernelOf = ({ thinPools }: Host): KernelThinPool | undefined => thinPools.find(({ name }) => name === FILES_POOL);

/** A pool that was finished before is brought back as it was written down; one that was not is gone on with. */
function poolSteps(host: Host, pool: RawPoolRecord, sizes: LoopIntent, record?: OwnershipRecord): (Step | Refusal)[] {
  const written = host.rawPools.find(({ name }) => name === pool.name);
  if (kernelOf(host)?.table != null) return written ? [] : [writeRecord(host, pool)];
  const isFinished = record !== undefined && !host.ownership.includes(record);
  if (!isFinished) return filesPoolSteps(host, pool, sizes);
  // What comes after may fail and be undone: that the pool is there harms nobody.
  const made = makeRawPool(host, written ?? pool, freeLoopsOf(host)).map((each) => {
    const { final: _, ...rest } = each as Step;
    return 'do' in each ? rest : each;
  });
  return written ? made : [...made, writeRecord(host, pool)];
}

function refuseSizes({ dataSizeBytes, metadataSizeBytes }: LoopIntent): Refusal[] {
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal[] => [
    { code, subject: FILES_DIRECTORY, reason, remedy },
  ];
  const most = formatSize(KERNEL_MAX_METADATA_BYTES);
  if (metadataSizeBytes > KERNEL_MAX_METADATA_BYTES)
    return refuse('metadata-too-large', `the kernel uses ${most} of metadata at most`, `--metadata-size ${most}`);
  const needed = metadataGuidelineBytes(dataSizeBytes, FILES_BLOCK_BYTES);
  if (metadataSizeBytes >= needed) return [];
  const reason = `for ${formatSize(dataSizeBytes)} of data its metadata need ${formatSize(needed)}, not ${formatSize(metadataSizeBytes)}`;
  return refuse('metadata-too-small', reason, `--metadata-size ${formatSizeForLvm(roundUp(needed))}`);
}

const roundUp = (size: Bytes): Bytes => bytes(((size + MIB - 1n) / MIB) * MIB);

/** A pool of that name, or its files, that nobody knows to be dmtool's. */
function refuseForeign(host: Host): Refusal[] {
  const found = partsOf(host, FILES_POOL);
  const files = [found.data, found.metadata].some(({ sizeBytes }) => sizeBytes !== null) ? [FILES_DIRECTORY] : [];
  const pools = kernelOf(host) ? [FILES_POOL] : [];
  return [...pools, ...files].map((subject) => ({
    code: 'not-ours',
    subject,
    reason: 'it is there already, and nothing tells that dmtool made it',
    remedy: 'remove it by hand (dmsetup remove, losetup --detach, rm), if it is yours to remove',
  }));
}

/** What was explicitly asked and is otherwise must not be passed over in silence. */
function refuseChange(host: Host, { dataSizeBytes }: LoopIntent): Refusal[] {
  const kernel = kernelOf(host);
  if (!kernel) return [];
  const unwell = refuseUnwell(FILES_POOL, kernel);
  const { table } = kernel;
  if (unwell.length > 0 || table === null) return unwell;
  const size = sectorsToBytes(table.lengthSectors);
  if (filesPool({ dataSizeBytes }).table.lengthSectors <= table.lengthSectors) return [];
  const reason = `it holds ${formatSize(size)}, not ${formatSize(dataSizeBytes)}`;
  const remedy = `dmtool resize ${formatSizeForLvm(dataSizeBytes)} --pool ${FILES_POOL}`;
  return [{ code: 'pool-differs', subject: FILES_POOL, reason, remedy }];
}

function warningsOf(host: Host, { dataSizeBytes, metadataSizeBytes }: LoopIntent): string[] {
  const { freeBytes } = partsOf(host, FILES_POOL).data;
  if (kernelOf(host) || dataSizeBytes + metadataSizeBytes <= freeBytes) return [TESTING];
  return [
    TESTING,
    `The data file promises ${formatSize(dataSizeBytes)}, and its filesystem has ${formatSize(freeBytes)} free: the file is sparse, and writing fails when that is used up.`,
  ];
}

const TESTING =
  'A pool on files is for testing only: loop devices are slow, and a full filesystem under them breaks the pool. For production name a disk with --device.';
