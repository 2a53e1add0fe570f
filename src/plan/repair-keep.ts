import type { Bytes } from '../units/quantity.ts';
import { all, any, type Condition, not } from './condition.ts';
import { exec, step } from './make-step.ts';
import type { Step, Undo } from './step.ts';

/**
 * Steps that look at metadata which nobody uses: a copy first, whatever comes after.
 * @param wasIdle the pool did not run: nobody brings it back, and its copy goes where nothing can have written to them
 */
export const keepSteps = (device: string, sizeBytes: Bytes, directory: string, wasIdle: boolean): Step[] => [
  step({
    id: 'copy-metadata',
    title: `Copy its metadata to ${directory}, compressed, with a checksum`,
    do: { kind: 'copy-metadata', device, sizeBytes, directory },
    undo: wasIdle ? [forgetUnused(directory)] : [],
    done: { is: 'metadata-copied', directory },
  }),
  step({
    id: 'check-metadata',
    title: 'Look through its metadata with thin_check',
    do: { kind: 'check-metadata', device, directory },
    done: { is: 'metadata-checked', directory },
  }),
];

/** All that comes after the check writes to them, or may. */
const forgetUnused = (directory: string): Undo => ({
  when: { is: 'metadata-copied', directory },
  needs: not({ is: 'metadata-checked', directory }),
  instead: {
    do: { kind: 'forget-kept', directory },
    why: `its metadata may have been written to since they were copied, so the copy stays in ${directory}`,
  },
  do: { kind: 'forget-kept', directory },
});

/** Nobody has found anything wrong with its metadata: thin_check found nothing, or was not asked yet. */
export const noneFoundIll = (directory: string): Condition =>
  any(not({ is: 'metadata-checked', directory }), { is: 'metadata-sound', directory });

/** The pool is there, as it was, so that whoever used it may do so again. */
export const isBack = (directory: string, poolName: string): Condition =>
  all({ is: 'pool-present', poolName }, noneFoundIll(directory));

/**
 * What was kept goes only when the pool is there again as it was: till then it may be the last of its metadata. It tells of a
 * file with new ones, too, while that is there.
 */
export const forgetKept = (directory: string, poolName: string): Undo => ({
  when: all(
    { is: 'metadata-copied', directory },
    not({ is: 'mended-present', directory }),
    isBack(directory, poolName),
  ),
  do: { kind: 'forget-kept', directory },
});

/** What is told of a pool that is not put back. */
export const staysDown = (name: string, directory: string): NonNullable<Undo['instead']> => ({
  do: exec(['dmtool', 'repair', '--pool', name]),
  why: `it stays down, because its metadata are not known to be sound: writing to it could take what is left of them. The copy, as far as it came, is in ${directory}`,
});
