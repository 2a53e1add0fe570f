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
