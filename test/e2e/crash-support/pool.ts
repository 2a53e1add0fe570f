import type { ExecutionContext } from 'ava';
import type { Guest } from '../../lab/guest.ts';

export interface PoolFacts {
  readonly vg: string;
  /** LVs of the VG that are none of the pool's. */
  readonly others?: readonly string[];
}

const defaultPool: PoolFacts = { vg: 'docker' };

const script = `
quiet='dmeventd/executable="/bin/false" activation/monitoring=1'
lvs --noheadings --separator ' ' --config "$quiet" -o lv_attr,seg_monitor,lv_profile,lv_tags "$1/thinpool"
lvs -a --noheadings --config "$quiet" -o lv_name "$1" | tr -d ' []' | sort | tr '\\n' ' '; echo
dmsetup table "$1-thinpool"
dmsetup status --noflush "$1-thinpool"
dmsetup info -c --noheadings -o suspended | sort -u
ls -A /var/lib/dmtool 2> /dev/null | tr '\\n' ' '; echo
grep -c thin_pool_autoextend "/etc/lvm/profile/$1-thinpool.profile"`;

/** The pool is finished and cared for, nothing beside it is left, and a further run finds nothing to do. */
export async function assertFinished(t: ExecutionContext, guest: Guest, facts: PoolFacts = defaultPool): Promise<void> {
  const { stdout } = await guest.run(['sh', '-c', script, 'pool', facts.vg]);
  const [pool, names, table = '', status = '', suspended, journal, values] = stdout
    .split('\n')
    .map((line) => line.trim());
  t.regex(pool ?? '', new RegExp(`^twi-a-t\\S+ monitored ${facts.vg}-thinpool dmtool$`), stdout);
  const parts = ['lvol0_pmspare', 'thinpool', 'thinpool_tdata', 'thinpool_tmeta', ...(facts.others ?? [])];
  t.deepEqual(names?.split(' '), parts.toSorted());
  const [, sectors, , , , blockSectors, lowWaterMark] = table.split(' ').map(Number);
  t.true((lowWaterMark ?? 0) > 0, `no low water mark: ${table}`);
  t.regex(status, / rw /);
  t.notRegex(status, /needs_check/);
  t.is(status.split(' ')[5]?.split('/')[1], String(Math.floor((sectors ?? 0) / (blockSectors ?? 1))), status);
  t.is(suspended, 'Active');
  t.is(journal, '', 'the journal is still there');
  t.is(values, '2');
}

/** UUID of the PV on a disk. */
export async function pvUuid(guest: Guest, disk: string): Promise<string> {
  return (await guest.run(['pvs', '--noheadings', '-o', 'pv_uuid', disk])).stdout.trim();
}

/** The UUID that the journal of an unfinished run has for a disk. */
export async function recordedUuid(guest: Guest, disk: string): Promise<string> {
  const journal = JSON.parse(await guest.readFile('/var/lib/dmtool/journal.json'));
  return journal.records[0].pool.devices.find(({ path }: { path: string }) => path === disk).pvUuid;
}
