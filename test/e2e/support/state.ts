import type { Guest } from '../../lab/guest.ts';
import { must } from './shell.ts';

/**
 * Everything that LVM and the kernel keep, in their own words: seqno, UUIDs, times, tables, files, mounts. With a dmeventd
 * that can't be started, because a plain report would start it; whether it runs is told too.
 */
export const lvmState = (guest: Guest): Promise<string> =>
  must(
    guest,
    `lvm fullreport --config 'dmeventd/executable="/bin/false"'
    dmsetup table; dmsetup ls --tree
    find /etc/lvm /var/lib/dmtool -type f -exec sha256sum {} + 2> /dev/null || :
    cat /proc/swaps; cut -d' ' -f3,5,6 /proc/self/mountinfo
    echo "dmeventd: $(pgrep -x dmeventd || :)"`,
  );

/** What stands where a filesystem, a label or a table would be: the first 64 MiB and the last one. */
export const diskDigest = (guest: Guest, device: string): Promise<string> =>
  must(
    guest,
    `size=$(blockdev --getsize64 "$1")
    { dd if="$1" bs=1M count=64 iflag=direct status=none
      dd if="$1" bs=1M count=1 skip=$((size - 1048576)) iflag=direct,skip_bytes status=none; } | sha256sum`,
    device,
  );

/** What a blank disk is told by: its first MiB and its last one. What a pool held in between is left as it is. */
export const endsDigest = (guest: Guest, device: string): Promise<string> =>
  must(
    guest,
    `size=$(blockdev --getsize64 "$1")
    { dd if="$1" bs=1M count=1 iflag=direct status=none
      dd if="$1" bs=1M count=1 skip=$((size - 1048576)) iflag=direct,skip_bytes status=none; } | sha256sum`,
    device,
  );

/** Two equal texts: nothing of it was changed in between. */
export async function machineState(guest: Guest, devices: readonly string[]): Promise<string> {
  const digests: string[] = [];
  for (const device of devices) digests.push(`${device} ${await diskDigest(guest, device)}`);
  return [await lvmState(guest), ...digests].join('\n');
}
