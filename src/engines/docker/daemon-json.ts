import type { Node } from 'jsonc-parser';
import type { StorageOption } from '../../model/intent.ts';
import { UnreadableOutput } from '../../tools/unreadable.ts';
import {
  arrayText,
  type JsonProblem,
  lossProblem,
  parseObject,
  problemAt,
  propertyValue,
  rawText,
  withoutProperty,
  withProperty,
} from './json-text.ts';
import { optionText } from './options.ts';
import { contradicts, says } from './storage-opts.ts';

export const DRIVER_KEY = 'storage-driver';
export const OPTIONS_KEY = 'storage-opts';
export const DEVICEMAPPER = 'devicemapper';
/** containerd's snapshotter, as Docker 25 and later call the driver. */
const SNAPSHOTTER = 'devmapper';
const FEATURES_KEY = 'features';
/** Has Docker keep images and containers in containerd (Docker 24 and later). */
const STORE_FEATURE = 'containerd-snapshotter';

/** Only blanks. dockerd takes such a file from 23.0 on; before, it does not start ("EOF"): the documents begin with one. */
export const isBlank = (text: string): boolean => /^[ \t\r\n]*$/.test(text);

/**
 * Reads daemon.json as dockerd does: strict JSON, one object. Blank text counts as an empty object.
 * @returns the settings; or what is wrong, as a clause, and where
 */
export function parseDaemonJson(text: string): { settings: Record<string, unknown> } | JsonProblem {
  if (isBlank(text)) return { settings: {} };
  const object = parseObject(text);
  if ('problem' in object) return object;
  return shapeProblem(text, object) ?? { settings: JSON.parse(text) };
}

function shapeProblem(text: string, object: Node): JsonProblem | undefined {
  for (const key of [DRIVER_KEY, OPTIONS_KEY, FEATURES_KEY]) {
    const again = secondOf(object, key);
    if (again) return problemAt(text, again.offset, `"${key}" is in it twice`);
  }
  const driver = propertyValue(object, DRIVER_KEY);
  if (driver && driver.type !== 'string') return problemAt(text, driver.offset, `"${DRIVER_KEY}" is not a string`);
  const options = propertyValue(object, OPTIONS_KEY);
  if (options && options.type !== 'array') return problemAt(text, options.offset, `"${OPTIONS_KEY}" is not an array`);
  const features = propertyValue(object, FEATURES_KEY);
  if (features && features.type !== 'object')
    return problemAt(text, features.offset, `"${FEATURES_KEY}" is not an object`);
  const feature = features && featureProblem(text, features);
  if (feature) return feature;
  const odd = options?.children?.find(({ type }) => type !== 'string');
  return odd && problemAt(text, odd.offset, `"${OPTIONS_KEY}" holds something that is not a string`);
}

function featureProblem(text: string, features: Node): JsonProblem | undefined {
  const again = secondOf(features, STORE_FEATURE);
  if (again) return problemAt(text, again.offset, `"${STORE_FEATURE}" is in it twice`);
  const feature = propertyValue(features, STORE_FEATURE);
  if (!feature || feature.type === 'boolean') return undefined;
  return problemAt(text, feature.offset, `"${STORE_FEATURE}" is neither true nor false`);
}

/** dockerd takes the last of those that stand there twice, and adds up objects. */
const secondOf = (object: Node, key: string): Node | undefined =>
  (object.children as Node[]).filter(({ children }) => children?.[0]?.value === key)[1];

/** A place in daemon.json that stands against writing it, and why. @throws UnreadableOutput where there is one */
function refuseProblem(text: string, problem: JsonProblem | undefined): void {
  if (problem) throw new UnreadableOutput('daemon.json', `${problem.problem}, line ${problem.line}`, text);
}

/** Before a text is changed. @throws UnreadableOutput when it could not be written back byte for byte */
export const refuseLoss = (text: string): void => refuseProblem(text, lossProblem(text));

/** What of daemon.json is ours to change. */
export interface StorageSettings {
  object: Node;
  driver: string | undefined;
  /** Each option, and how it is written. */
  options: readonly { text: string; raw: string }[];
  driverNode: Node | undefined;
  optionsNode: Node | undefined;
}

/**
 * The storage settings of a text that is not blank.
 * @throws UnreadableOutput when parseDaemonJson finds a problem with it
 */
export function storageSettings(text: string): StorageSettings {
  const object = parseObject(text);
  refuseProblem(text, 'problem' in object ? object : shapeProblem(text, object));
  const driverNode = propertyValue(object as Node, DRIVER_KEY);
  const optionsNode = propertyValue(object as Node, OPTIONS_KEY);
  return {
    object: object as Node,
    driver: driverNode?.value,
    options: (optionsNode?.children ?? []).map((node) => ({ text: node.value, raw: rawText(text, node) })),
    driverNode,
    optionsNode,
  };
}

/** daemon.json as it is to be, and what of it had to go. */
export interface MergedConfig {
  text: string;
  /** Options of another driver, and those that contradict what is wanted. */
  removedOptions: string[];
  /** null: there was none, or it was the wanted one. */
  replacedDriver: string | null;
}

/**
 * Sets the driver with those options, and leaves all else as it is, byte for byte; a text that says it all
 * stays the same.
 * @param text null: there is no file
 * @param wanted all that optionsFor gave
 * @throws UnreadableOutput when parseDaemonJson or lossProblem finds a problem with the text
 */
export function mergeDaemonJson(
  text: string | null,
  wanted: readonly StorageOption[],
  driver = DEVICEMAPPER,
): MergedConfig {
  const start = text === null || isBlank(text) ? '{}\n' : text;
  refuseLoss(start);
  const before = storageSettings(start);
  const withDriver =
    before.driver === driver ? start : withProperty(start, before.object, DRIVER_KEY, JSON.stringify(driver));
  const removed = before.options.filter((option) => contradicts(option.text, wanted));
  const kept = before.options.filter((option) => !removed.includes(option));
  const missing = wanted.filter((option) => !kept.some((each) => says(each.text, option)));
  return {
    text:
      removed.length + missing.length === 0
        ? withDriver
        : withOptions(withDriver, [
            ...kept.map(({ raw }) => raw),
            ...missing.map((option) => JSON.stringify(optionText(option))),
          ]),
    removedOptions: removed.map((option) => option.text),
    replacedDriver: before.driver === driver ? null : (before.driver ?? null),
  };
}

/**
 * Sets containerd's store with its devmapper snapshotter, likewise. Options of storage drivers go: dockerd has none then.
 * @throws UnreadableOutput when parseDaemonJson finds a problem with the text
 */
export function mergeStoreJson(text: string | null): MergedConfig {
  const merged = mergeDaemonJson(text, [], SNAPSHOTTER);
  const { options } = storageSettings(merged.text);
  const bare = options.length === 0 ? merged.text : withOptions(merged.text, []);
  return {
    ...merged,
    text: storeFeature(bare) === true ? bare : withStoreFeature(bare, true),
    removedOptions: [...merged.removedOptions, ...options.map((option) => option.text)],
  };
}

/** Whether Docker keeps its things in containerd; undefined: the text, which is well-formed, does not say. */
export function storeFeature(text: string): boolean | undefined {
  const features = isBlank(text) ? undefined : propertyValue(storageSettings(text).object, FEATURES_KEY);
  return features && propertyValue(features, STORE_FEATURE)?.value;
}

/** Whether the text, which is well-formed, has Docker run on containerd's devmapper snapshotter. */
export const isOnStore = (text: string): boolean =>
  storeFeature(text) === true && storageSettings(text).driver === SNAPSHOTTER;

/** Whether the text, which is well-formed, has features at all, be they empty. */
export const hasFeatures = (text: string): boolean =>
  !isBlank(text) && propertyValue(storageSettings(text).object, FEATURES_KEY) !== undefined;

/**
 * The text, which is not blank, with the feature on or off.
 * @param value undefined: without it
 * @param keepsEmpty features that it leaves empty stay
 */
export function withStoreFeature(text: string, value: boolean | undefined, keepsEmpty = false): string {
  const { object } = storageSettings(text);
  const features = propertyValue(object, FEATURES_KEY);
  if (value !== undefined) {
    if (features) return withProperty(text, features, STORE_FEATURE, String(value));
    return withProperty(text, object, FEATURES_KEY, `{"${STORE_FEATURE}": ${value}}`);
  }
  if (!features || !propertyValue(features, STORE_FEATURE)) return text;
  if (features.children?.length === 1 && !keepsEmpty) return withoutProperty(text, object, FEATURES_KEY);
  return withoutProperty(text, features, STORE_FEATURE);
}

/** The text with just those storage options, each written as JSON. */
export function withOptions(text: string, items: readonly string[]): string {
  const { object, optionsNode } = storageSettings(text);
  return withProperty(text, object, OPTIONS_KEY, arrayText(text, object, optionsNode, items));
}
