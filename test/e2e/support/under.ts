import type { Guest } from '../../lab/guest.ts';
import { must } from './shell.ts';

/** A mapped device over a whole disk, which alone LVM sees: its table can be changed under a pool, or held up. */
export async function deviceOver(guest: Guest, disk: string, name = 'under'): Promise<string> {
  await must(
    guest,
    `dmsetup create "$2" --table "0 $(blockdev --getsz "$1") linear $1 0"
    echo "devices { global_filter = [ \\"r|^$1\\$|\\" ] }" >> /etc/lvm/lvm.conf`,
    disk,
    name,
  );
  return `/dev/mapper/${name}`;
}
