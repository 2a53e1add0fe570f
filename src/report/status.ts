import type { Finding, State } from '../health/finding.ts';
import type { Outlook } from '../health/outlook.ts';
import type { PoolReport, Usage } from '../health/pool-report.ts';
import { canGrow, type Threshold, type ThresholdWish, thresholdsFor } from '../health/thresholds.ts';
import { formatSize } from '../units/size.ts';
import { bar } from './bar.ts';

const KINDS = { lvm: 'LVM', loop: 'loop devices', raw: 'raw device-mapper' } as const;

/** What status has seen. */
export interface StatusFacts {
  state: State;
  pools: readonly PoolReport[];
  /** That the pool that was asked for is not there, in a sentence; null: it is, or none was asked for. */
  absent: string | null;
  findings: readonly Finding[];
  wish: ThresholdWish;
  /** What the reader should know of the looking itself. */
  notes: readonly string[];
}

/** The state of all pools, for people: a verdict, then each pool as a picture, and what is wrong with it. */
export function renderStatus({ state, pools, absent, findings, wish, notes }: StatusFacts): string {
  const others = findings.filter((finding) => pools.every(({ name }) => name !== finding.pool));
  return [
    verdict({ state, pools, absent, findings }),
    ...pools.map((pool) => renderPool(pool, findings, wish)),
    ...others.map(renderFinding),
    ...notes.map((note) => `Note: ${note}`),
  ].join('\n');
}

/** One line: the state, how many pools, and how much was found. */
export function verdict({ state, pools, absent, findings }: Omit<StatusFacts, 'wish' | 'notes'>): string {
  if (pools.length === 0 && findings.length === 0) return `${state}: ${absent ?? 'no thin pool on this host'}`;
  const found = findings.length === 0 ? '' : `, ${counted(findings.length, 'finding')}`;
  return `${state}: ${absent ?? counted(pools.length, 'thin pool')}${found}`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** What a pool is, and who is on it. */
export const kindOf = ({ kind, engine, isLostToLvm }: PoolReport): string =>
  [KINDS[isLostToLvm ? 'lvm' : kind], ...(engine === null ? [] : [ENGINES[engine]])].join(', ');

const ENGINES = { Docker: 'Docker', containerd: 'containerd', LVM: "LVM's own thin volumes" } as const;

function renderPool(pool: PoolReport, findings: readonly Finding[], wish: ThresholdWish): string {
  const { data, metadata, vg, outlook, devices, profile } = pool;
  const thresholds = thresholdsFor(wish, canGrow(pool));
  const taken = vg && { usedPercent: 100 - vg.freePercent, usedBytes: vg.sizeBytes - vg.freeBytes, free: vg.freeBytes };
  return [
    `${pool.name} (${kindOf(pool)})`,
    ...usageLine('data', data, thresholds.data),
    ...usageLine('metadata', metadata, thresholds.metadata),
    ...(vg && taken
      ? [
          line(
            'VG room',
            `${bar(taken.usedPercent, NO_MARKS)} ${formatSize(taken.free)} free of ${formatSize(vg.sizeBytes)}`,
          ),
        ]
      : []),
    ...(outlook ? [line('growth', describeOutlook(outlook, profile))] : []),
    line('mode', [...modeOf(pool), ...chunkOf(pool)].join(', ')),
    ...(devices.length > 0 ? [line('on', devices.join(', '))] : []),
    ...(profile === null ? [] : [line('profile', profile)]),
    ...findings.filter((finding) => finding.pool === pool.name).map((finding) => renderFinding(finding)),
  ].join('\n');
}

/** What is wrong, and under it what helps. */
export const renderFinding = ({ code, state, text, remedy }: Finding): string =>
  `  ${state} ${code}: ${text}\n    -> ${remedy}`;

const modeOf = ({ mode, needsCheck, suspended }: PoolReport): string[] => [
  mode,
  ...(needsCheck ? ['needs_check'] : []),
  ...(suspended ? ['suspended'] : []),
];

const NO_MARKS: Threshold = { warning: null, critical: null };

const line = (name: string, text: string): string => `  ${name.padEnd(8)} ${text}`;

const chunkOf = ({ chunkSizeBytes }: PoolReport): string[] =>
  chunkSizeBytes === null ? [] : [`chunk size ${formatSize(chunkSizeBytes)}`];

const usageLine = (part: string, usage: Usage | null, threshold: Threshold): string[] =>
  usage === null
    ? []
    : [
        line(
          part,
          `${bar(usage.usedPercent, threshold)} ${usage.usedPercent} % of ${formatSize(usage.totalBytes)} used`,
        ),
      ];

/** One honest line about growth. */
function describeOutlook(outlook: Outlook, profile: string | null): string {
  switch (outlook.kind) {
    case 'can': {
      const times = outlook.times === 1 ? 'once' : `${outlook.times} times`;
      return `can extend ${times} by itself, by ${formatSize(outlook.totalBytes)}; then the VG is full`;
    }
    case 'no-room':
      return `can't extend by itself: one step takes ${formatSize(outlook.stepBytes)}`;
    case 'not-watched':
      return 'does not extend by itself: LVM calls it not monitored';
    case 'profile-unread':
      return `does not extend by itself: profile ${outlook.profile} is not there`;
    case 'off':
      return `does not extend by itself: ${profile === null ? 'neither a profile nor lvm.conf asks for it' : 'its profile has a threshold of 100'}`;
  }
}
