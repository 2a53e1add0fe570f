import type { BackingDevice } from '../model/backing-device.ts';
import { losetupGrow, truncate } from '../tools/losetup.ts';
import { type Bytes, bytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { exec, step } from './make-step.ts';
import type { Refusal } from './refusal.ts';
import type { RawPool } from './resize-subject.ts';
import type { Note, Step } from './step.ts';

/** How much a device can hold for a pool: of a loop device as much as its file does, even when it has not looked yet. */
export const capacityOf = ({ sizeBytes, file }: BackingDevice): Bytes =>
  file?.isThere && file.sizeLimitBytes === 0n ? bytes(file.sizeBytes - file.offsetBytes) : sizeBytes;

/** Steps that give a part of a pool so much room: none for a device that has it. */
export function growDevice(
  pool: RawPool,
  part: 'data' | 'metadata',
  device: BackingDevice,
  neededBytes: Bytes,
): Step[] | Refusal {
  const { path, sizeBytes, file } = device;
  if (sizeBytes >= neededBytes) return [];
  if (file === null) {
    const reason = `its ${part} device has ${formatSize(sizeBytes)}, and ${formatSize(neededBytes)} are wanted`;
    const remedy = `make ${path} larger first, or ask for ${formatSize(sizeBytes)} at most`;
    return { code: 'no-room', subject: pool.name, reason, remedy };
  }
  if (!file.isThere) {
    const reason = `the file behind ${path} was moved, replaced or deleted since it was attached`;
    const remedy = `find it (losetup --list, ls -li) and bring it back to ${file.path}`;
    return { code: 'file-gone', subject: file.path, reason, remedy };
  }
  if (file.sizeLimitBytes !== 0n) {
    const reason = `${path} was attached with a size limit of ${formatSize(file.sizeLimitBytes)}, and keeps to it`;
    return {
      code: 'no-room',
      subject: pool.name,
      reason,
      remedy: 'attach it again without --sizelimit, when nobody uses the pool',
    };
  }
  const fileBytes = bytes(file.offsetBytes + neededBytes);
  const grown = { is: 'device-holds', device: path, sizeBytes: neededBytes } as const;
  const lookAgain = step({
    id: `set-capacity:${path}`,
    title: `Have ${path} see how large its file is`,
    do: exec(losetupGrow(path)),
    done: grown,
  });
  if (file.sizeBytes >= fileBytes) return [lookAgain];
  const longer = { is: 'file-holds', path: file.path, sizeBytes: fileBytes } as const;
  return [
    step({
      id: `truncate:${file.path}`,
      title: `Make ${file.path} ${formatSize(fileBytes)} long, without taking the room`,
      do: exec(truncate(file.path, fileBytes)),
      // Only while the pool's table ends where it ended: then nothing can lie in what goes.
      undo: [
        {
          when: longer,
          needs: { is: 'table-within', poolName: pool.kernelName, lengthSectors: pool.table.lengthSectors },
          do: exec(truncate(file.path, file.sizeBytes)),
        },
        { when: grown, do: exec(losetupGrow(path)) },
      ],
      done: longer,
    }),
    lookAgain,
  ];
}

/** Files that promise more than their filesystem holds: the documents' own example does it, but it should be known. */
export const promises = (grown: readonly (readonly [BackingDevice, Bytes])[]): Note[] => {
  const lines = grown.flatMap(([{ file, sizeBytes }, neededBytes]) => {
    if (file === null || sizeBytes >= neededBytes) return [];
    const missing = file.offsetBytes + neededBytes - file.allocatedBytes;
    if (missing <= file.freeBytes) return [];
    return [
      `${file.path}: up to ${formatSize(bytes(missing))} more; its filesystem has ${formatSize(file.freeBytes)} left`,
    ];
  });
  return lines.length === 0
    ? []
    : [{ heading: 'Promised, and not there: when the filesystem is full, writes are lost', lines }];
};
