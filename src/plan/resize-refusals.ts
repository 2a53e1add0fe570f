import type { LvmPool, RawPool } from './resize-subject.ts';

/** The time that the kernel waits for space has run out: what was written since is lost. */
export const lostWrites = ({ status, table }: LvmPool | RawPool): string[] =>
  status.whenFull === 'error_if_no_space' && !table.features.includes('error_if_no_space')
    ? [
        'The pool was full for longer than the kernel waits (no_space_timeout, 60 s): writes have failed and are lost. Check the filesystems on it.',
      ]
    : [];
