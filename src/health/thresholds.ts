import { type AlertRange, parseRange } from '../units/range.ts';
import type { PoolReport } from './pool-report.ts';

/** From when on a value is worth a warning, or worse; null: never. */
export interface Threshold {
  warning: AlertRange | null;
  critical: AlertRange | null;
}

/** In percent: of data and metadata what is used, of the VG what is free. */
export interface Thresholds {
  data: Threshold;
  metadata: Threshold;
  vg: Threshold;
}

/** What was asked; what was not is absent. */
export type ThresholdWish = { [Part in keyof Thresholds]?: Partial<Threshold> };

const upTo = (percent: number): AlertRange => parseRange(`${percent}`) as AlertRange;

/**
 * What holds for a pool. LVM extends one at 80 %, usually: where it can, 80 % is nothing to wake anybody for.
 * @param canGrow LVM's auto-extension can run
 */
export const thresholdsFor = ({ data, metadata, vg }: ThresholdWish, canGrow: boolean): Thresholds => ({
  data: { warning: upTo(canGrow ? 85 : 80), critical: upTo(90), ...data },
  metadata: { warning: upTo(75), critical: upTo(90), ...metadata },
  vg: { warning: null, critical: null, ...vg },
});

/** Whether LVM's auto-extension can run for it. */
export const canGrow = ({ outlook }: PoolReport): boolean => outlook?.kind === 'can';
