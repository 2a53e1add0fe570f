import { readdirSync, rmdirSync } from 'node:fs';
import * as z from 'zod';
import type { OwnershipRecord } from '../model/ownership.ts';
import { bytes } from '../units/quantity.ts';
import { JournalUnreadable, JournalUnwritable } from './errors.ts';
import { makeDirectory, readIfThere, removeFile, writeAtomically } from './files.ts';
import { STATE_DIRECTORY } from './paths.ts';

const JOURNAL_PATH = `${STATE_DIRECTORY}/journal.json`;

const journalFile = z.object({
  version: z.literal(1),
  unfinished: z.array(
    z.object({
      vg: z.string(),
      pool: z.string(),
      makesVg: z.boolean(),
      devices: z.array(
        z.object({
          path: z.string(),
          sizeBytes: z.string().transform((text) => bytes(BigInt(text))),
          pvUuid: z.string(),
        }),
      ),
      profilePath: z.string(),
    }),
  ),
});

/**
 * Reads what unfinished runs own.
 * @throws JournalUnreadable
 */
export function readJournal(): OwnershipRecord[] {
  const text = readIfThere(JOURNAL_PATH);
  if (text === null) return [];
  try {
    return journalFile.parse(JSON.parse(text)).unfinished;
  } catch (error) {
    throw new JournalUnreadable(JOURNAL_PATH, error instanceof z.ZodError ? z.prettifyError(error) : String(error));
  }
}

/** Writes down what a run is about to own, before its first change. @returns the record that this one replaces */
export function recordOwnership(record: OwnershipRecord): OwnershipRecord | undefined {
  const unfinished = readJournal();
  writeJournal([...unfinished.filter((each) => !isSameRun(each, record)), record]);
  return unfinished.find((each) => isSameRun(each, record));
}

/** Forgets a run that is finished, or wholly undone. */
export const forgetOwnership = (record: OwnershipRecord): void =>
  writeJournal(readJournal().filter((each) => !isSameRun(each, record)));

const isSameRun = (one: OwnershipRecord, other: OwnershipRecord): boolean =>
  one.vg === other.vg && one.pool === other.pool;

function writeJournal(unfinished: OwnershipRecord[]): void {
  try {
    replaceJournal(unfinished);
  } catch (error) {
    throw new JournalUnwritable(JOURNAL_PATH, (error as Error).message);
  }
}

function replaceJournal(unfinished: OwnershipRecord[]): void {
  if (unfinished.length === 0) {
    removeFile(JOURNAL_PATH);
    removeIfEmpty(STATE_DIRECTORY);
    return;
  }
  makeDirectory(STATE_DIRECTORY);
  const text = JSON.stringify(
    { version: 1, unfinished },
    (_, value) => (typeof value === 'bigint' ? String(value) : value),
    2,
  );
  writeAtomically(JOURNAL_PATH, `${text}\n`, 0o600);
}

function removeIfEmpty(directory: string): void {
  try {
    if (readdirSync(directory).length === 0) rmdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
