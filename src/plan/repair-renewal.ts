import { CONTAINERD_SERVICE } from '../model/containerd.ts';
import { fileContent, type Host } from '../model/host.ts';
import { KERNEL_MAX_METADATA_BYTES } from '../model/pool-metadata.ts';
import { FILES_POOL, type RawPart, type RawPoolRecord } from '../model/raw-pool.ts';
import { filesBootUnit, systemctlReload } from '../tools/boot-unit.ts';
import { losetupAttach, losetupDetach } from '../tools/losetup.ts';
import { type Bytes, bytes, sectorsToBytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { all, any, type Condition, not } from './condition.ts';
import { exec, step } from './make-step.ts';
import { replaceRecord } from './raw-pool-record.ts';
import { wantedMetadata } from './repair-growth.ts';
import type { RepairSite } from './repair-site.ts';
import type { SickRawPool } from './repair-subject.ts';
import type { Action, Step } from './step.ts';

/** New metadata of a pool that stands on a disk: a disk has no other place beside it. */
const METADATA_DIRECTORY = '/var/lib/dmtool/metadata';

const METADATA_BLOCK = 4096n;

/** How new metadata are made, where those that are there will not do. */
export interface Renewal {
  path: string;
  sizeBytes: Bytes;
  /** The loop device that the file is attached to. */
  device: string;
  record: RawPoolRecord;
  /** Those that are there will do. */
  unneeded: Condition;
}

/** Where new metadata of this pool go, and how large they become. */
export function renewalOf(
  { before: { directory } }: RepairSite,
  { name, record }: SickRawPool,
  now: Bytes,
  device: string,
): Renewal {
  const number = directory.slice(directory.lastIndexOf('-') + 1);
  const { path: old, loop } = record.metadata;
  const path =
    loop === null
      ? `${METADATA_DIRECTORY}/${name}-${number}`
      : `${old.replace(/\.repaired-\d+$/, '')}.repaired-${number}`;
  const { lengthSectors, dataBlockSizeSectors } = record.table;
  const wanted = wantedMetadata(now, sectorsToBytes(lengthSectors), sectorsToBytes(dataBlockSizeSectors));
  const whole = wanted - (wanted % METADATA_BLOCK);
  const metadata: RawPart = { path, loop: { offsetBytes: bytes(0n), sizeLimitBytes: bytes(0n) } };
  return {
    path,
    sizeBytes: bytes(whole < KERNEL_MAX_METADATA_BYTES ? whole : KERNEL_MAX_METADATA_BYTES),
    device,
    record: { ...record, metadata },
    unneeded: all({ is: 'metadata-sound', directory }, { is: 'metadata-roomy', directory }),
  };
}

/** Steps that write what can be read of a pool's metadata into a new file, and look through that before anybody uses it. */
export function renewSteps(
  host: Host,
  { device, record: former }: { device: string; record: RawPoolRecord },
  directory: string,
  renewal: Renewal,
): Step[] {
  const { path, sizeBytes, record, unneeded } = renewal;
  const mended: Condition = { is: 'metadata-mended', directory, path };
  const attached: Condition = { is: 'mended-attached', directory, path, device: renewal.device };
  const write = replaceRecord(host, record, former);
  const needed = { onlyIfNeeded: true, expect: [] } as const;
  return [
    step({
      id: 'mend-metadata',
      title: `Write what can be read of its metadata to ${path}, ${formatSize(sizeBytes)}; the old ones stay where they are`,
      do: { kind: 'mend-metadata', device, path, sizeBytes, directory },
      undo: [{ when: mended, do: { kind: 'remove-file', path, prunes: true } }],
      done: any(unneeded, mended),
      ...needed,
    }),
    step({
      id: 'attach-metadata',
      title: `Attach ${path} to ${renewal.device}`,
      do: exec(losetupAttach(renewal.device, path, bytes(0n), bytes(0n))),
      undo: [{ when: attached, do: exec(losetupDetach(renewal.device)) }],
      done: any(unneeded, attached),
      ...needed,
    }),
    { ...write, id: 'record-metadata', done: any(unneeded, write.done), ...needed },
    ...bootSteps(host, record, unneeded).map((each) => ({ ...each, ...needed })),
    step({
      id: 'check-mended',
      title: 'Look through the new metadata with thin_check',
      do: { kind: 'check-mended', device: renewal.device, file: path, directory, around: null },
      done: any(unneeded, all(attached, { is: 'mended-sound', directory })),
      ...needed,
    }),
  ];
}

/** The unit that makes the pool at boot knows its metadata by their path. */
function bootSteps(host: Host, record: RawPoolRecord, unneeded: Condition): Step[] {
  const { unit } = filesBootUnit(record, [CONTAINERD_SERVICE]);
  const before = fileContent(host, unit.path);
  if (record.name !== FILES_POOL || before === null) return [];
  const written: Condition = { is: 'file-is', ...unit };
  const write = (content: string): Action => ({ kind: 'write-file', path: unit.path, content, mode: 0o644 });
  return [
    step({
      id: 'boot-unit',
      title: `Write ${unit.path} anew, for these metadata`,
      do: write(unit.content),
      undo: [
        { when: written, do: write(before) },
        { when: not(written), do: exec(systemctlReload()) },
      ],
      done: any(unneeded, written),
    }),
    step({ id: 'boot-reload', title: 'Have systemd read it', do: exec(systemctlReload()), done: unneeded }),
  ];
}
