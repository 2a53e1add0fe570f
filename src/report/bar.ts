import type { Threshold } from '../health/thresholds.ts';
import { upperMark } from '../units/range.ts';

const WIDTH = 30;

/** `[######-----------|---!--]`: what is used, and where warning (|) and critical (!) begin. */
export function bar(usedPercent: number, { warning, critical }: Threshold): string {
  const marks = [
    [warning && upperMark(warning), '|'],
    [critical && upperMark(critical), '!'],
  ] as const;
  const cells: string[] = Array.from({ length: WIDTH }, (_, index) => (index < cellOf(usedPercent) ? '#' : '-'));
  for (const [percent, sign] of marks) {
    const cell = percent === null ? -1 : cellOf(percent);
    if (cell >= 0 && cell < WIDTH) cells[cell] = sign;
  }
  return `[${cells.join('')}]`;
}

/** Rounded up: what is used at all shows. */
const cellOf = (percent: number): number => Math.ceil((percent * WIDTH) / 100);
