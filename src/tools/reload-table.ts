import type { Argv } from './argv.ts';

/**
 * A load that fails leaves the live table alone. A resume that fails leaves the bad one live and the pool suspended, and
 * only the former table brings it back; or, where the resume had done its work, the new one, because no pool can shrink.
 */
const SCRIPT = `
dmsetup load --table "$2" -- "$1" || { dmsetup clear -- "$1"; exit 1; }
dmsetup resume -- "$1" && exit
for table in "$3" "$2"; do
  dmsetup load --table "$table" -- "$1" && dmsetup resume -- "$1" && break
done
exit 1`;

/**
 * dmsetup(8): load puts the new table in the inactive slot while I/O goes on, and resume suspends, swaps and resumes in one
 * ioctl. One program for all of it, because a dmtool that is killed in between must not leave the pool suspended.
 */
export const reloadTable = (pool: { poolName: string; table: string; formerTable: string }): Argv => [
  ...(['sh', '-c', SCRIPT, 'reload-table'] as const),
  ...[pool.poolName, pool.table, pool.formerTable],
];
