import type { Finding } from '../health/finding.ts';
import type { PoolReport } from '../health/pool-report.ts';
import { canGrow, type Threshold, thresholdsFor } from '../health/thresholds.ts';
import type { Bytes } from '../units/quantity.ts';
import { type AlertRange, scaledRange } from '../units/range.ts';
import type { StatusFacts } from './status.ts';

/**
 * The state of all pools as a check plugin tells it (Monitoring Plugins Development Guidelines, "Plugin Output"): one short line,
 * then performance data.
 * @param verbose every finding on a line of its own, with its remedy
 */
export function renderNagios({ state, pools, absent, findings, wish, notes }: StatusFacts, verbose: boolean): string {
  const worst = findings.filter((finding) => finding.state === state);
  const [first, ...others] = worst;
  const said = absent ?? (first ? told(first, others.length, pools) : summary(pools));
  const perfdata = pools.flatMap((pool) => {
    const { data, metadata, vg } = thresholdsFor(wish, canGrow(pool));
    return [
      ...usageData(pool, 'data', data),
      ...usageData(pool, 'metadata', metadata),
      ...(pool.vg === null ? [] : [percentOf(`${pool.name} vg_free`, pool.vg.freePercent, vg)]),
    ];
  });
  const line = withoutBar(`THINPOOL ${state} - ${said}`);
  return [
    perfdata.length > 0 ? `${line} | ${perfdata.join(' ')}` : line,
    ...(verbose ? [...notes, ...findings.map(long)].map(withoutBar) : []),
  ].join('\n');
}

/** Past a bar, in any line, all is performance data to whoever reads this. */
const withoutBar = (line: string): string => line.replaceAll(/[|\n]/g, ' ');

/** A remedy that pipes could not be told whole. */
const long = ({ state, code, pool, text, remedy }: Finding): string =>
  `${state} ${code} ${pool}: ${text} -> ${remedy.includes('|') ? `dmtool explain ${code}` : remedy}`;

/** What is found of no pool, but of LVM as a whole, is a sentence of its own. */
const told = ({ pool, text }: Finding, others: number, pools: readonly PoolReport[]): string => {
  const said = pools.some(({ name }) => name === pool) ? `${pool} ${text}` : text;
  return others > 0 ? `${said} (and ${others} more)` : said;
};

function summary(pools: readonly PoolReport[]): string {
  if (pools.length === 0) return 'no thin pool on this host';
  const [only, ...others] = pools as [PoolReport, ...PoolReport[]];
  if (others.length > 0) return `${pools.length} thin pools`;
  const { name, data, metadata } = only;
  return [
    name,
    ...(data ? [`data ${data.usedPercent} %`] : []),
    ...(metadata ? [`metadata ${metadata.usedPercent} %`] : []),
  ].join(' ');
}

/** In percent, and in bytes with the same thresholds. */
function usageData(pool: PoolReport, part: 'data' | 'metadata', threshold: Threshold): string[] {
  const usage = pool[part];
  if (usage === null) return [];
  const { usedBytes, totalBytes, usedPercent } = usage;
  const label = `${pool.name} ${part}`;
  const [warning, critical] = [threshold.warning, threshold.critical].map((range) => inBytesOf(range, totalBytes));
  const inBytes = `${quote(`${label}_bytes`)}=${usedBytes}B;${warning};${critical};0;${totalBytes}`;
  return [percentOf(label, usedPercent, threshold), inBytes];
}

const inBytesOf = (range: AlertRange | null, totalBytes: Bytes): string =>
  range === null ? '' : scaledRange(range, totalBytes);

const percentOf = (label: string, value: number, { warning, critical }: Threshold): string =>
  `${quote(label)}=${value}%;${warning?.text ?? ''};${critical?.text ?? ''};0;100`;

/** Labels with blanks stand in quotes, and quotes in them double; an equals sign can't be told. */
const quote = (label: string): string => `'${label.replaceAll("'", "''").replaceAll(/[=|]/g, '_')}'`;
