import { closest } from 'fastest-levenshtein';
import type { DockerTarget, PoolTarget, StorageOption } from '../../model/intent.ts';
import {
  BASE_SIZE,
  DEFERRED_DELETION,
  DEFERRED_REMOVAL,
  FILESYSTEM,
  FILESYSTEMS,
  LOOP_DATA_SIZE,
  LOOP_METADATA_SIZE,
  MIN_FREE_SPACE,
  OPTIONS,
  POOL_OPTION,
  REPEATABLE,
  type ValueKind,
} from './option-table.ts';
import { parseValue } from './option-value.ts';
import { dockerSizeArgument } from './sizes.ts';

/**
 * Splits `name=value` as Docker does (pkg/parsers, ParseKeyValueOpt): blanks around both do not count, nor does the
 * case of the name.
 * @returns null when there is no `=`
 */
export function splitOption(text: string): StorageOption | null {
  const equals = text.indexOf('=');
  if (equals < 0) return null;
  return { name: text.slice(0, equals).trim().toLowerCase(), value: text.slice(equals + 1).trim() };
}

/** As it stands in daemon.json's storage-opts. */
export const optionText = ({ name, value }: StorageOption): string => `${name}=${value}`;

/**
 * Reads a storage option of the operator's, for a daemon on that kind of pool.
 * @returns the option, its value as Docker takes it; or what is wrong, as a clause to follow `--storage-opt "…": `
 */
export function parseStorageOption(text: string, target: DockerTarget['kind']): StorageOption | string {
  const given = splitOption(text);
  if (given === null) return 'it takes name=value, like dm.mountopt=nodiscard';
  const known = OPTIONS.get(given.name);
  if (known === undefined) {
    return `devicemapper has no such option; the nearest is ${closest(given.name, [...OPTIONS.keys()])}`;
  }
  return known.refused[target] ?? valued(given.name, known.value, given.value);
}

/** What is wrong with options that are each right; null: nothing. */
export function combinationProblem(asked: readonly StorageOption[]): string | null {
  const value = (name: string): string | undefined => asked.find((option) => option.name === name)?.value;
  // Deletion is on where nothing is said of it (NewDeviceSet), and dockerd does not start with it alone.
  return value(DEFERRED_REMOVAL) === 'false' && value(DEFERRED_DELETION) !== 'false'
    ? `${DEFERRED_REMOVAL}=false wants ${DEFERRED_DELETION}=false beside it: Docker has no deferred deletion without deferred removal`
    : null;
}

/** dm.min_free_space from `10` or `10%`, or what is wrong, as a clause. */
export const minFreeSpaceOption = (text: string): StorageOption | string =>
  valued(MIN_FREE_SPACE, { is: 'percent' }, text.trim());

/** dm.basesize from a size like 20G, or what is wrong, as a clause. */
export const baseSizeOption = (text: string): StorageOption | string => valued(BASE_SIZE, { is: 'size' }, text.trim());

/** dm.fs from xfs or ext4, or what is wrong, as a clause. */
export const filesystemOption = (text: string): StorageOption | string => valued(FILESYSTEM, FILESYSTEMS, text.trim());

/**
 * What daemon.json has to say for that pool, in the documented order, and then what was asked. An asked value takes the
 * place of a default.
 */
export function optionsFor(target: PoolTarget, asked: readonly StorageOption[]): StorageOption[] {
  const defaults = defaultOptions(target).filter(({ name }) => !asked.some((option) => option.name === name));
  return [...defaults, ...asked.filter((option, index) => !isRepeated(option, asked.slice(index + 1)))];
}

const DEFERRED: readonly StorageOption[] = [
  { name: DEFERRED_REMOVAL, value: 'true' },
  { name: DEFERRED_DELETION, value: 'true' },
];

function defaultOptions(target: PoolTarget): StorageOption[] {
  switch (target.kind) {
    case 'direct-lvm':
      return [{ name: POOL_OPTION, value: target.device }, ...DEFERRED];
    case 'own-setup':
      return [...target.setupOptions, ...DEFERRED];
    case 'loop-lvm':
      return [
        { name: LOOP_DATA_SIZE, value: dockerSizeArgument(target.dataSizeBytes) },
        { name: LOOP_METADATA_SIZE, value: dockerSizeArgument(target.metadataSizeBytes) },
      ];
  }
}

/** Said again later: of most options Docker takes the last one. */
const isRepeated = (option: StorageOption, later: readonly StorageOption[]): boolean =>
  later.some(({ name, value }) => name === option.name && (value === option.value || !REPEATABLE.includes(name)));

function valued(name: string, kind: ValueKind, text: string): StorageOption | string {
  const parsed = parseValue(kind, text);
  return typeof parsed === 'string' ? parsed : { name, ...parsed };
}
