import type { StorageOption } from '../../model/intent.ts';
import {
  DEFERRED_DELETION,
  DEFERRED_REMOVAL,
  LOOP_DATA_SIZE,
  LOOP_METADATA_SIZE,
  OWN_SETUP_OPTION,
  POOL_OPTION,
} from './option-table.ts';
import { splitOption } from './options.ts';

/** Other ways to tell Docker of a pool: never beside the wanted one. */
const OTHER_POOL = /^dm\.(thinpooldev|datadev|metadatadev|directlvm_.*|thinp_.*)$/;
const LOOP_SIZES = [LOOP_DATA_SIZE, LOOP_METADATA_SIZE];
/** One depends on the other: where one is wanted, the other is not left over from before. */
const DEFERRED = [DEFERRED_REMOVAL, DEFERRED_DELETION];

/** Whether a text of storage-opts is that option. */
export function says(text: string, { name, value }: StorageOption): boolean {
  const option = splitOption(text);
  return option?.name === name && option.value === value;
}

/**
 * Whether a text of storage-opts can't stand beside the wanted options: it is another driver's (dockerd does not start
 * with one that its driver does not know), tells of another pool, or says a wanted option otherwise.
 */
export function contradicts(text: string, wanted: readonly StorageOption[]): boolean {
  if (wanted.some((option) => says(text, option))) return false;
  const name = splitOption(text)?.name ?? '';
  if (!name.startsWith('dm.') || OTHER_POOL.test(name)) return true;
  const isWanted = (other: string): boolean => wanted.some((option) => option.name === other);
  return (
    isWanted(name) ||
    (LOOP_SIZES.includes(name) && (isWanted(POOL_OPTION) || isWanted(OWN_SETUP_OPTION))) ||
    (DEFERRED.includes(name) && DEFERRED.some(isWanted))
  );
}
