import type { ThinPoolStatus } from '../model/thin-pool.ts';
import type { Refusal } from './refusal.ts';
import type { LvmPool, RawPool } from './resize-subject.ts';

/** From so full on metadata are what made a pool read-only: the kernel stops a little before the last block. */
const FULL_PERCENT = 90n;

const isMetadataFull = ({ usedMetadataBlocks, totalMetadataBlocks }: ThinPoolStatus): boolean =>
  usedMetadataBlocks * 100n >= totalMetadataBlocks * FULL_PERCENT;

/**
 * A pool that the kernel would not let grow, and of which it would say nothing.
 * @param growsMetadata they are to become larger
 */
export function refuseSick({ name, status, table }: LvmPool | RawPool, growsMetadata: boolean): Refusal[] {
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal[] => [
    { code, subject: name, reason, remedy },
  ];
  if (status.needsCheck) {
    const reason = 'its metadata need a check; until then the kernel ignores a resize, and says nothing';
    return refuse('needs-check', reason, `dmtool repair --pool ${name}`);
  }
  if (status.mode !== 'ro') return [];
  if (table.features.includes('read_only')) {
    return refuse('read-only', 'its table makes it read-only', 'find out who loaded it so: dmsetup table');
  }
  if (!isMetadataFull(status))
    return refuse(
      'read-only',
      'the kernel made it read-only',
      `look at dmesg for the reason; dmtool repair --pool ${name}`,
    );
  if (growsMetadata) return [];
  const remedy = `give it more: dmtool resize --pool ${name} --metadata SIZE`;
  return refuse('read-only', 'its metadata are full, and the kernel made it read-only', remedy);
}

/** The time that the kernel waits for space has run out: what was written since is lost. */
export const lostWrites = ({ status, table }: LvmPool | RawPool): string[] =>
  status.whenFull === 'error_if_no_space' && !table.features.includes('error_if_no_space')
    ? [
        'The pool was full for longer than the kernel waits (no_space_timeout, 60 s): writes have failed and are lost. Check the filesystems on it.',
      ]
    : [];
