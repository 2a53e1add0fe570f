import { removeTree } from '../tools/file-commands.ts';
import type { Bytes } from '../units/quantity.ts';
import { all } from './condition.ts';
import { exec, step } from './make-step.ts';
import type { Step, Undo } from './step.ts';

/** Steps that look at metadata which nobody uses: a copy first, whatever comes after. */
export const keepSteps = (device: string, sizeBytes: Bytes, directory: string): Step[] => [
  step({
    id: 'copy-metadata',
    title: `Copy its metadata to ${directory}, compressed, with a checksum`,
    do: { kind: 'copy-metadata', device, sizeBytes, directory },
    done: { is: 'metadata-copied', directory },
  }),
  step({
    id: 'check-metadata',
    title: 'Look through its metadata with thin_check',
    do: { kind: 'check-metadata', device, directory },
    done: { is: 'metadata-checked', directory },
  }),
];

/** What was kept goes only when the pool is there again as it was: till then it may be the last of its metadata. */
export const forgetKept = (directory: string, poolName: string): Undo => ({
  when: all({ is: 'metadata-copied', directory }, { is: 'pool-present', poolName }),
  do: exec(removeTree(directory)),
});
