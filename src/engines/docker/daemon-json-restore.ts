import {
  DRIVER_KEY,
  hasFeatures,
  isBlank,
  OPTIONS_KEY,
  refuseLoss,
  type StorageSettings,
  storageSettings,
  storeFeature,
  withOptions,
  withStoreFeature,
} from './daemon-json.ts';
import { rawText, withoutProperty, withProperty } from './json-text.ts';

/**
 * daemon.json once what mergeDaemonJson wrote is taken back. Untouched since, it is what it was before; otherwise our
 * driver and options go, what they took the place of comes back, and what others changed since stays.
 * @param now null: the file is gone, which is left so
 * @param before null: there was no file
 * @returns null: there should be no file
 * @throws UnreadableOutput when parseDaemonJson or lossProblem finds a problem with the text as it is now
 */
export function restoreDaemonJson(now: string | null, before: string | null, written: string): string | null {
  if (now === written) return before;
  if (now === null) return null;
  refuseLoss(now);
  const restored = isBlank(now)
    ? now
    : withoutOurs(withFeatureOf(now, before, written), settled(before), storageSettings(written));
  return isEmpty(restored) && (before === null || isBlank(before)) ? before : restored;
}

/** The feature as it was, where it is still as we wrote it; and features that were there empty stay. */
function withFeatureOf(now: string, before: string | null, written: string): string {
  const former = storeFeature(before ?? '');
  const ours = storeFeature(written);
  return former === ours || storeFeature(now) !== ours ? now : withStoreFeature(now, former, hasFeatures(before ?? ''));
}

type Earlier = StorageSettings & { text: string };

function settled(before: string | null): Earlier {
  const text = before === null || isBlank(before) ? '{}' : before;
  return { ...storageSettings(text), text };
}

const isEmpty = (text: string): boolean => isBlank(text) || storageSettings(text).object.children?.length === 0;

function withoutOurs(now: string, before: Earlier, written: StorageSettings): string {
  const { driver } = storageSettings(now);
  const text = driver === written.driver ? withDriverOf(now, before) : now;
  // Options of the driver from before would stop a daemon that somebody has given a third one since.
  const comeBack = driver === written.driver || driver === before.driver;
  return withOptionsOf(text, before, written, comeBack);
}

/** For a text whose driver is ours. */
function withDriverOf(now: string, before: Earlier): string {
  const { object } = storageSettings(now);
  return before.driverNode
    ? withProperty(now, object, DRIVER_KEY, rawText(before.text, before.driverNode))
    : withoutProperty(now, object, DRIVER_KEY);
}

function withOptionsOf(now: string, before: Earlier, written: StorageSettings, comeBack: boolean): string {
  const { object, options, optionsNode } = storageSettings(now);
  const lost = comeBack ? missingIn(before.options, written.options) : [];
  const ours = missingIn(written.options, before.options);
  const kept = missingIn(options, ours);
  const items = [...kept, ...missingIn(lost, kept)].map(({ raw }) => raw);
  if (items.length === 0 && !before.optionsNode) return optionsNode ? withoutProperty(now, object, OPTIONS_KEY) : now;
  if (sameTexts(options, written.options) && comeBack && before.optionsNode) {
    return withProperty(now, object, OPTIONS_KEY, rawText(before.text, before.optionsNode));
  }
  return sameTexts(options, kept) && items.length === kept.length ? now : withOptions(now, items);
}

type Options = StorageSettings['options'];

/** The first ones that the second ones have not. */
const missingIn = (options: Options, others: Options): Options =>
  options.filter(({ text }) => !others.some((other) => other.text === text));

const sameTexts = (some: Options, others: Options): boolean =>
  some.length === others.length && some.every(({ text }, index) => text === others[index]?.text);
