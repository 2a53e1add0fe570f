import type { FindingCode } from './codes.ts';
import type { PoolFinding } from './finding.ts';
import type { PoolReport } from './pool-report.ts';
import { growCommand, KERNEL_LOG, repairCommand } from './remedies.ts';

/** What the kernel says of a pool that does not serve reads and writes. */
export const modeFindings = (pool: PoolReport): PoolFinding[] => [
  ...suspension(pool),
  ...loss(pool),
  ...flag(pool),
  ...(pool.mode === 'rw' ? [] : [modeFinding(pool)]),
];

/** What can't be seen is not well. */
export const unseen = (text: string, remedy: string): PoolFinding => ({
  code: 'DM107',
  state: 'UNKNOWN',
  text,
  remedy,
  facts: {},
});

function critical(code: FindingCode, text: string, remedy: string, facts: PoolFinding['facts']): PoolFinding {
  return { code, state: 'CRITICAL', text, remedy, facts };
}

const suspension = ({ suspended, device }: PoolReport): PoolFinding[] =>
  suspended
    ? [critical('DM127', 'it is suspended: all that is sent to it waits', `dmsetup resume ${device}`, { device })]
    : [];

const loss = ({ isLostToLvm, device }: PoolReport): PoolFinding[] =>
  isLostToLvm
    ? [
        critical(
          'DM135',
          "LVM made it, and does not find it any more: its disk can't be read, or is kept from LVM",
          'pvs --all; dmesg',
          { device },
        ),
      ]
    : [];

function flag(pool: PoolReport): PoolFinding[] {
  if (!pool.needsCheck) return [];
  const text = 'its metadata need a check; until then it can neither change nor grow';
  return [critical('DM102', text, repairCommand(pool), { cause: pool.cause })];
}

function modeFinding(pool: PoolReport): PoolFinding {
  const { mode, name, engine, cause } = pool;
  switch (mode) {
    case 'ro':
      return critical('DM101', `it is read-only: ${whyReadOnly(pool)}`, readOnlyRemedy(pool), { cause });
    case 'out_of_data_space':
      return shortageFinding(pool);
    case 'inactive':
      return {
        code: 'DM106',
        state: engine === 'Docker' ? 'CRITICAL' : 'WARNING',
        text: engine === 'Docker' ? 'it is not active, and Docker is set to use it' : 'it is not active',
        remedy: `dmtool activate --pool ${name}`,
        facts: { engine },
      };
    case 'unreadable':
      return unseen("the kernel's status can't be read", 'dmsetup status --noflush --target thin-pool');
    default:
      return critical('DM103', `it has failed: the kernel serves no I/O from it${said(cause)}`, repairCommand(pool), {
        cause,
      });
  }
}

const isFull = ({ metadata }: PoolReport): boolean => metadata !== null && metadata.usedBytes >= metadata.totalBytes;

function whyReadOnly(pool: PoolReport): string {
  if (isFull(pool)) return 'its metadata are full';
  if (pool.needsCheck) return `an error while its metadata were written${said(pool.cause)}`;
  return pool.cause ?? 'the kernel does not say why any more';
}

const said = (cause: string | null): string => (cause === null ? '' : ` (${cause})`);

function readOnlyRemedy(pool: PoolReport): string {
  if (pool.needsCheck) return repairCommand(pool);
  return isFull(pool) ? `dmtool resize --pool ${pool.name} --metadata +1G` : KERNEL_LOG;
}

function shortageFinding(pool: PoolReport): PoolFinding {
  const { shortage } = pool;
  if (shortage?.kind !== 'waits') {
    const why = shortage?.waitedBefore ? 'its time has run out' : 'it was made so';
    const text = `it is out of data space, and ${why}: writes fail, and what was to be written is lost`;
    return critical('DM114', text, growCommand(pool), {});
  }
  const { secondsLeft } = shortage;
  const time = secondsLeft === null ? 'until there is some' : `${secondsLeft} s more, then they fail`;
  return critical('DM113', `it is out of data space: writes wait ${time}`, growCommand(pool), { secondsLeft });
}
