import * as z from 'zod/mini';
import type { OwnershipRecord } from '../model/ownership.ts';
import { RAW_POOLS_PATH } from '../tools/raw-pools.ts';
import { parseJson, wholeNumber } from '../tools/shape.ts';
import { UnreadableOutput } from '../tools/unreadable.ts';
import { bytes, sectors } from '../units/quantity.ts';
import { JournalUnreadable, JournalUnwritable } from './errors.ts';
import { makeDirectory, readIfThere, removeFile, removeIfEmpty, removeUnfinished, writeAtomically } from './files.ts';
import { STATE_DIRECTORY } from './paths.ts';

/** Runs that have begun, and of which nobody knows yet whether they got through. */
const JOURNAL_PATH = `${STATE_DIRECTORY}/journal.json`;
/** Finished runs that teardown can take back. */
const INSTALLED_PATH = `${STATE_DIRECTORY}/installed.json`;

const count = z.int().check(z.nonnegative());

const devices = z.array(
  z.object({
    path: z.string(),
    sizeBytes: z.pipe(
      wholeNumber,
      z.transform((text) => bytes(BigInt(text))),
    ),
    pvUuid: z.string(),
  }),
);

const poolOwnership = z.object({
  vg: z.string(),
  pool: z.string(),
  makesVg: z.boolean(),
  devices,
  profilePath: z.string(),
  provisionedBy: z.exactOptional(z.literal('docker')),
});

const ownedConfig = z.object({
  path: z.string(),
  before: z.nullable(z.string()),
  written: z.string(),
  backup: z.nullable(z.string()),
  mode: count,
  owner: z.object({ uid: count, gid: count }),
});

const containerdOwnership = z.object({
  ran: z.boolean(),
  config: ownedConfig,
  root: z.object({ path: z.string(), isOurs: z.boolean() }),
});

const filesOwnership = z.object({ poolName: z.string(), data: z.string(), metadata: z.string() });

const dockerOwnership = z.object({
  services: z.array(z.string()),
  containers: z.array(z.string()),
  restart: z.array(z.string()),
  config: ownedConfig,
  dataRoot: z.object({
    path: z.string(),
    isMountPoint: z.boolean(),
    backup: z.nullable(z.string()),
    carriesVolumes: z.boolean(),
  }),
  images: z.exactOptional(z.object({ directory: z.string(), count })),
});

const repairOwnership = z.object({
  directory: z.string(),
  services: z.array(z.string()),
  restart: z.array(z.string()),
  containerdRan: z.boolean(),
  volumes: z.array(z.string()),
  devices: z.array(
    z.object({
      name: z.string(),
      id: count,
      lengthSectors: z.pipe(
        wholeNumber,
        z.transform((text) => sectors(BigInt(text))),
      ),
      uuid: z.exactOptional(z.string()),
      readOnly: z.exactOptional(z.literal(true)),
    }),
  ),
});

const recordFile = z.object({
  version: z.literal(2),
  records: z.array(
    z.object({
      name: z.string(),
      pool: z.nullable(poolOwnership),
      docker: z.nullable(dockerOwnership),
      containerd: z.exactOptional(containerdOwnership),
      files: z.exactOptional(filesOwnership),
      adds: z.exactOptional(devices),
      repairs: z.exactOptional(repairOwnership),
    }),
  ),
});

/**
 * Reads what unfinished runs own.
 * @throws JournalUnreadable
 */
export const readJournal = (): OwnershipRecord[] => readRecords(JOURNAL_PATH);

/**
 * Reads what finished runs own.
 * @throws JournalUnreadable
 */
export const readInstalled = (): OwnershipRecord[] => readRecords(INSTALLED_PATH);

/** Writes down what a run is about to own, before its first change. @returns the record that this one replaces */
export function recordOwnership(record: OwnershipRecord): OwnershipRecord | undefined {
  const unfinished = readJournal();
  writeRecords(JOURNAL_PATH, [...unfinished.filter(({ name }) => name !== record.name), record]);
  return unfinished.find(({ name }) => name === record.name);
}

/** Forgets a run that is finished, or wholly undone, with what one before it that was killed had begun to write. */
export function forgetOwnership(record: OwnershipRecord): void {
  for (const path of writtenBy(record)) removeUnfinished(path);
  forget(JOURNAL_PATH, record);
}

const writtenBy = ({ pool, docker, containerd, files }: OwnershipRecord): string[] =>
  [docker, containerd]
    .flatMap((engine) => [engine?.config.path, engine?.config.backup])
    .concat(INSTALLED_PATH, RAW_POOLS_PATH, pool?.profilePath, files?.data, files?.metadata)
    .filter((path) => typeof path === 'string');

/** Keeps a finished run's record for teardown, in place of an older one. */
export const keepInstalled = (record: OwnershipRecord): void =>
  writeRecords(INSTALLED_PATH, [...readInstalled().filter(({ name }) => name !== record.name), record]);

/** Forgets a finished run that was taken back. */
export const forgetInstalled = (record: OwnershipRecord): void => forget(INSTALLED_PATH, record);

const forget = (path: string, record: OwnershipRecord): void =>
  writeRecords(
    path,
    readRecords(path).filter(({ name }) => name !== record.name),
  );

function readRecords(path: string): OwnershipRecord[] {
  try {
    const text = readIfThere(path);
    return text === null ? [] : parseRecords(path, text);
  } catch (error) {
    throw new JournalUnreadable(path, error instanceof UnreadableOutput ? error.detail : (error as Error).message);
  }
}

/** Reads records of what runs own. @throws UnreadableOutput */
export const parseRecords = (path: string, text: string): OwnershipRecord[] =>
  parseJson(path, text, recordFile).records;

/** Writes them down. */
export const formatRecords = (records: readonly OwnershipRecord[]): string =>
  `${JSON.stringify({ version: 2, records }, (_, value) => (typeof value === 'bigint' ? String(value) : value), 2)}\n`;

function writeRecords(path: string, records: OwnershipRecord[]): void {
  try {
    replaceRecords(path, records);
  } catch (error) {
    throw new JournalUnwritable(path, (error as Error).message);
  }
}

function replaceRecords(path: string, records: OwnershipRecord[]): void {
  if (records.length === 0) {
    removeFile(path);
    removeIfEmpty(STATE_DIRECTORY);
    return;
  }
  const made = makeDirectory(STATE_DIRECTORY);
  try {
    writeAtomically(path, formatRecords(records), 0o600);
  } catch (error) {
    if (made !== undefined) removeIfEmpty(STATE_DIRECTORY);
    throw error;
  }
}
