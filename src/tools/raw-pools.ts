import * as z from 'zod/mini';
import { FILES_POOL, type RawPart, type RawPoolRecord } from '../model/raw-pool.ts';
import type { ThinPoolTable } from '../model/thin-pool.ts';
import { bytes } from '../units/quantity.ts';
import { formatThinPoolTable, parseThinPoolTable } from './dmsetup.ts';
import { parseJson, wholeNumber } from './shape.ts';
import { UnreadableOutput } from './unreadable.ts';

/** Where it is written down how pools without LVM are made. */
export const RAW_POOLS_PATH = '/var/lib/dmtool/raw-pools.json';

/** Where the files of a pool lie that dmtool makes without a disk. */
export const FILES_DIRECTORY = `/var/lib/dmtool/${FILES_POOL}`;

const byteCount = z.pipe(
  wholeNumber,
  z.transform((text) => bytes(BigInt(text))),
);

const part = z.object({
  path: z.string().check(z.startsWith('/')),
  loop: z.nullable(z.object({ offsetBytes: byteCount, sizeLimitBytes: byteCount })),
});

const file = z.object({
  version: z.literal(1),
  pools: z.array(z.object({ name: z.string(), table: z.string(), data: part, metadata: part })),
});

/**
 * Reads what formatRawPools wrote; no text, no pools.
 * @throws UnreadableOutput
 */
export function parseRawPools(text: string | null): RawPoolRecord[] {
  if (text === null) return [];
  return parseJson(RAW_POOLS_PATH, text, file).pools.map((pool) => ({ ...pool, table: tableIn(pool.table) }));
}

function tableIn(text: string): ThinPoolTable {
  const table = parseThinPoolTable(text);
  if (table === null) throw new UnreadableOutput(RAW_POOLS_PATH, 'no table of a thin pool', text);
  return table;
}

/** Writes the records down, one file for all of them. */
export function formatRawPools(records: readonly RawPoolRecord[]): string {
  const pools = records.map(({ name, table, data, metadata }) => ({
    name,
    table: formatThinPoolTable(table),
    data: plain(data),
    metadata: plain(metadata),
  }));
  return `${JSON.stringify({ version: 1, pools }, null, 2)}\n`;
}

const plain = ({ path, loop }: RawPart) => ({
  path,
  loop: loop && { offsetBytes: String(loop.offsetBytes), sizeLimitBytes: String(loop.sizeLimitBytes) },
});

/** Where the metadata's first block keeps its magic number, and which (drivers/md/dm-thin-metadata.c, thin_disk_superblock). */
export const METADATA_MAGIC_OFFSET_BYTES = 32;
export const METADATA_MAGIC = 27_022_010n;
