/**
 * Values that are worth an alert, as the Monitoring Plugins write them (Development Guidelines, "Threshold and ranges"): `10`
 * alerts below 0 and above 10, `10:` below 10, `~:10` above 10, `10:20` outside, `@10:20` inside.
 */
export interface AlertRange {
  /** As it was typed: perfdata repeats it. */
  text: string;
  start: number;
  end: number;
  /** Alerts between both ends, them included; else outside them. */
  inside: boolean;
}

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const RANGE = new RegExp(`^(?<at>@)?(?:(?<start>${NUMBER}|~):)?(?<end>${NUMBER})?$`);

/**
 * Reads `[@][start:]end`.
 * @returns undefined when the text is no range, or one that ends before it starts
 */
export function parseRange(text: string): AlertRange | undefined {
  const fields = RANGE.exec(text)?.groups;
  if (!fields || (fields['start'] === undefined && fields['end'] === undefined)) return undefined;
  const start = fields['start'] === '~' ? Number.NEGATIVE_INFINITY : Number(fields['start'] ?? 0);
  const end = fields['end'] === undefined ? Number.POSITIVE_INFINITY : Number(fields['end']);
  return start > end ? undefined : { text, start, end, inside: fields['at'] !== undefined };
}

/** Whether a value is worth an alert. */
export const alerts = ({ start, end, inside }: AlertRange, value: number): boolean =>
  inside === (value >= start && value <= end);

/** The lowest value from which on it alerts, for a mark on a bar; null: it does not alert by growing. */
export const upperMark = ({ start, end, inside }: AlertRange): number | null => {
  const mark = inside ? start : end;
  return Number.isFinite(mark) ? mark : null;
};
