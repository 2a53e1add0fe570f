import { lstatSync } from 'node:fs';
import type { ThresholdWish } from '../health/thresholds.ts';
import { type AlertRange, parseRange } from '../units/range.ts';
import { UsageError } from './usage-error.ts';

/** What `status` was given about thresholds, as it was typed. */
export interface ThresholdFlags {
  warning?: string | undefined;
  critical?: string | undefined;
  'metadata-warning'?: string | undefined;
  'metadata-critical'?: string | undefined;
  'vg-warning'?: string | undefined;
  'vg-critical'?: string | undefined;
}

/**
 * Reads the thresholds.
 * @throws UsageError
 */
export function thresholdWish(flags: ThresholdFlags): ThresholdWish {
  const range = (name: keyof ThresholdFlags): AlertRange | undefined => {
    const text = flags[name];
    if (text === undefined) return undefined;
    const read = parseRange(text);
    if (read === undefined) {
      throw new UsageError(`--${name} "${text}" is no range: it takes 80, 10:, ~:90, 10:20 or @10:20, in percent`);
    }
    return read;
  };
  const pair = (warning: AlertRange | undefined, critical: AlertRange | undefined) => ({
    ...(warning && { warning }),
    ...(critical && { critical }),
  });
  return {
    data: pair(range('warning'), range('critical')),
    metadata: pair(range('metadata-warning'), range('metadata-critical')),
    vg: pair(range('vg-warning'), range('vg-critical')),
  };
}

/**
 * Looks whether the file that is to be replaced may be: a device or a link would be one no more.
 * @returns its path; undefined: none was named
 * @throws UsageError
 */
export function outputFile(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const no = (reason: string): UsageError => new UsageError(`--output "${path}": ${reason}`);
  if (path === '') throw no('it takes a file');
  let stats: ReturnType<typeof lstatSync>;
  try {
    stats = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw no((error as Error).message);
  }
  if (stats !== undefined && !stats.isFile())
    throw no('it is there, and is no regular file; name one to replace, or a new one');
  return path;
}
