import type { BackingDevice } from '../model/backing-device.ts';
import { fileContent, type Host } from '../model/host.ts';
import { isMadeByDocker, type RawPart, type RawPoolRecord } from '../model/raw-pool.ts';
import type { ThinPoolTable } from '../model/thin-pool.ts';
import { formatRawPools, RAW_POOLS_PATH } from '../tools/raw-pools.ts';
import { type Condition, not } from './condition.ts';
import { step } from './make-step.ts';
import type { RawPool } from './resize-subject.ts';
import type { Action, Step } from './step.ts';

/**
 * Writes down how a pool without LVM is made, for after a reboot. None for Docker's own, which Docker makes anew, nor for one
 * whose file can't be told.
 */
export function recordRawPool(host: Host, pool: RawPool, table: ThinPoolTable): Step[] {
  const record = rawRecordOf(pool.kernelName, table, pool);
  return isMadeByDocker(pool.kernelName) || record === null ? [] : [writeRecord(host, record)];
}

/** How a pool that runs is made; null: the file that it stands on can't be told. */
export function rawRecordOf(
  name: string,
  table: ThinPoolTable,
  { data, metadata }: Pick<RawPool, 'data' | 'metadata'>,
): RawPoolRecord | null {
  const canTell = [data, metadata].every(({ file }) => file?.isThere !== false);
  return canTell ? { name, table, data: partOn(data), metadata: partOn(metadata) } : null;
}

/** Writes one record down, in place of an older one of that name. */
export function writeRecord(host: Host, record: RawPoolRecord): Step {
  const { name } = record;
  const content = formatRawPools([...withoutPool(host, name), record]);
  const before = fileContent(host, RAW_POOLS_PATH);
  const done: Condition = { is: 'file-is', path: RAW_POOLS_PATH, content };
  return step({
    id: 'record',
    title: `Write down in ${RAW_POOLS_PATH} how ${name} is made`,
    do: write(content),
    undo: [{ when: done, do: before === null ? REMOVE : write(before) }],
    done,
  });
}

/** The same, where undo brings back the record before it. */
export function replaceRecord(host: Host, record: RawPoolRecord, former: RawPoolRecord): Step {
  const { done, ...rest } = writeRecord(host, record);
  const content = formatRawPools([...withoutPool(host, former.name), former]);
  return { ...rest, done, undo: [{ when: done, do: write(content) }] };
}

/** Takes one record out, and the file with the last of them. */
export function forgetStep(host: Host, name: string): Step {
  const others = withoutPool(host, name);
  const content = formatRawPools(others);
  const done: Condition =
    others.length === 0
      ? not({ is: 'file-present', path: RAW_POOLS_PATH })
      : { is: 'file-is', path: RAW_POOLS_PATH, content };
  return step({
    id: 'forget',
    title: `Take ${name} out of ${RAW_POOLS_PATH}`,
    do: others.length === 0 ? REMOVE : write(content),
    done,
  });
}

const withoutPool = ({ rawPools }: Host, name: string): RawPoolRecord[] =>
  rawPools.filter((each) => each.name !== name);

const REMOVE: Action = { kind: 'remove-file', path: RAW_POOLS_PATH };

const write = (content: string): Action => ({ kind: 'write-file', path: RAW_POOLS_PATH, content, mode: 0o600 });

const partOn = ({ stablePath, file }: BackingDevice): RawPart =>
  file === null
    ? { path: stablePath, loop: null }
    : { path: file.path, loop: { offsetBytes: file.offsetBytes, sizeLimitBytes: file.sizeLimitBytes } };
