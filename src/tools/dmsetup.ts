import type { KernelThinPool, PoolMode, ThinPoolBroken, ThinPoolStatus, ThinPoolTable } from '../model/thin-pool.ts';
import { sectors } from '../units/quantity.ts';
import type { Argv } from './argv.ts';
import { UnreadableOutput } from './unreadable.ts';

/** dmsetup(8): the live tables of all thin pools. */
export const tableCommand = (): Argv => ['dmsetup', 'table', '--target', 'thin-pool'];

/** dmsetup(8): --noflush, because a plain status commits the pool's metadata and can hang for good. */
export const statusCommand = (): Argv => ['dmsetup', 'status', '--noflush', '--target', 'thin-pool'];

/** dmsetup(8): removes a mapped device; its blocks in the pool stay. udev may look into one that was just written to. */
export const removeDevice = (name: string): Argv => ['dmsetup', 'remove', '--retry', '--', name];

/** dmsetup(8): a message to a pool, as thin-provisioning.rst lists them. */
export const messagePool = (name: string, message: string): Argv => ['dmsetup', 'message', '--', name, '0', message];

/** dmsetup(8): the live tables of all thin devices. */
export const thinTableCommand = (): Argv => ['dmsetup', 'table', '--target', 'thin'];

/** What stands for the rest of a thin device's table, too, once its pool has failed (thin_status, drivers/md/dm-thin.c). */
export const FAILED_THIN = /\bthin Fail\s*$/;

const THIN_TABLE = /^\d+ \d+ thin (?<pool>\d+:\d+) \d+(?: \S+)?\s*$/;

/**
 * Reads thin devices, `<start> <length> thin <pool dev> <dev id> [<external origin dev>]` (thin-provisioning.rst): the number
 * of each one's pool. One without a live table is left out, and one whose pool has failed: it can't be told whose it is.
 * @throws UnreadableOutput
 */
export const parseThinTables = (text: string): { name: string; poolNumber: string }[] =>
  [...parseLines('dmsetup table', text)]
    .filter(([, table]) => table.trim() !== '' && !FAILED_THIN.test(table))
    .map(([name, table]) => {
      const poolNumber = THIN_TABLE.exec(table)?.groups?.['pool'];
      if (poolNumber === undefined) throw new UnreadableOutput('dmsetup table', 'no thin device', table);
      return { name, poolNumber };
    });

/** Thin devices that say no more than that their pool has failed, by name. @throws UnreadableOutput */
export const parseFailedThins = (text: string): string[] =>
  [...parseLines('dmsetup table', text)].filter(([, table]) => FAILED_THIN.test(table)).map(([name]) => name);

/** dmsetup(8): makes a mapped device. */
export const createDevice = (
  name: string,
  table: string,
  { uuid, readOnly }: { uuid?: string; readOnly?: true } = {},
): Argv => [
  ...(['dmsetup', 'create'] as const),
  ...(readOnly ? ['--readonly'] : []),
  ...(uuid === undefined ? [] : ['--uuid', uuid]),
  ...['--table', table, '--', name],
];

/** dmsetup(8): puts a table into the inactive slot, while I/O goes on through the live one. */
export const loadTable = (name: string, table: string): Argv => ['dmsetup', 'load', '--table', table, '--', name];

/** dmsetup(8): suspends, swaps the tables and resumes, all in one ioctl. */
export const resumeDevice = (name: string): Argv => ['dmsetup', 'resume', '--', name];

/**
 * Puts both answers together; a pool that only one of them names is told as well.
 * @throws UnreadableOutput when a line has no `name: ` before it
 */
export function parseThinPools(
  tableText: string,
  statusText: string,
  isSuspended: (name: string) => boolean = () => false,
): KernelThinPool[] {
  const tables = parseLines('dmsetup table', tableText);
  const statuses = parseLines('dmsetup status', statusText);
  return [...new Set([...tables.keys(), ...statuses.keys()])].map((name) => ({
    name,
    table: parseThinPoolTable(tables.get(name) ?? ''),
    status: parseThinPoolStatus(statuses.get(name) ?? ''),
    suspended: isSuspended(name),
  }));
}

/** `name: rest`, where a name may itself hold colons (`docker-8:1-123-pool`). */
function parseLines(program: string, text: string): Map<string, string> {
  const lines = new Map<string, string>();
  for (const line of text.split('\n').filter((candidate) => candidate.trim() !== '')) {
    if (line.trim() === 'No devices found') continue;
    const match = /^(\S+):(?: (.*))?$/.exec(line);
    if (!match) throw new UnreadableOutput(program, 'a line without a device name', line);
    lines.set(match[1] as string, match[2] ?? '');
  }
  return lines;
}

const TABLE =
  /^(?<start>\d{1,20}) (?<length>\d{1,20}) thin-pool (?<metadata>\S+) (?<data>\S+) (?<block>[1-9]\d{0,19}) (?<low>\d{1,20})(?: (?<count>\d+)(?<features>(?: \S+)*))?\s*$/;

/**
 * Reads `<start> <length> thin-pool <metadata dev> <data dev> <data block size> <low water mark> [<n> <feature>…]`
 * (thin-provisioning.rst).
 * @returns null when it is no such table
 */
export function parseThinPoolTable(text: string): ThinPoolTable | null {
  const fields = TABLE.exec(text)?.groups;
  if (!fields) return null;
  const features = (fields['features'] ?? '').split(' ').filter(Boolean);
  if (features.length !== Number(fields['count'] ?? 0)) return null;
  return {
    startSectors: sectors(BigInt(fields['start'] as string)),
    lengthSectors: sectors(BigInt(fields['length'] as string)),
    metadataDevice: fields['metadata'] as string,
    dataDevice: fields['data'] as string,
    dataBlockSizeSectors: sectors(BigInt(fields['block'] as string)),
    lowWaterMarkBlocks: BigInt(fields['low'] as string),
    features,
  };
}

/** Writes a table the way the kernel prints it: the inverse of parseThinPoolTable. */
export function formatThinPoolTable(table: ThinPoolTable): string {
  const { startSectors, lengthSectors, metadataDevice, dataDevice, dataBlockSizeSectors, features } = table;
  const fixed = [startSectors, lengthSectors, 'thin-pool', metadataDevice, dataDevice, dataBlockSizeSectors];
  return [...fixed, table.lowWaterMarkBlocks, features.length, ...features].join(' ');
}

const STATUS =
  /^\d+ \d+ thin-pool (?<txn>\d{1,20}) (?<usedMeta>\d{1,20})\/(?<totalMeta>\d{1,20}) (?<usedData>\d{1,20})\/(?<totalData>\d{1,20}) (?:\d+|-) (?<mode>rw|ro|out_of_data_space)(?: (?:ignore_discard|discard_passdown|no_discard_passdown)(?: (?<whenFull>error_if_no_space|queue_if_no_space)(?: (?<check>needs_check|-)(?: .*)?)?)?)?\s*$/;

/**
 * Reads a status line: `<txn id> <used>/<total metadata blocks> <used>/<total data blocks> <held root|-> <mode>
 * <discard> <when full> <needs_check|-> <metadata low water>`; older kernels stop early.
 * Anything else is told as broken, never as working.
 */
export function parseThinPoolStatus(text: string): ThinPoolStatus | ThinPoolBroken {
  const broken = /^\d+ \d+ thin-pool (Fail|Error)\s*$/.exec(text);
  if (broken) return { state: broken[1] === 'Fail' ? 'fail' : 'error', text };
  const fields = STATUS.exec(text)?.groups;
  if (!fields) return { state: 'unreadable', text };
  const blocks = {
    usedMetadataBlocks: BigInt(fields['usedMeta'] as string),
    totalMetadataBlocks: BigInt(fields['totalMeta'] as string),
    usedDataBlocks: BigInt(fields['usedData'] as string),
    totalDataBlocks: BigInt(fields['totalData'] as string),
  };
  const isOverfull =
    blocks.usedMetadataBlocks > blocks.totalMetadataBlocks || blocks.usedDataBlocks > blocks.totalDataBlocks;
  if (isOverfull) return { state: 'unreadable', text };
  return {
    state: 'working',
    transactionId: BigInt(fields['txn'] as string),
    ...blocks,
    mode: fields['mode'] as PoolMode,
    whenFull: (fields['whenFull'] ?? null) as ThinPoolStatus['whenFull'],
    needsCheck: fields['check'] === 'needs_check',
  };
}
