import type { Guest } from '../../lab/guest.ts';
import { containers } from './containers.ts';
import { must } from './shell.ts';

/** The daemon's process: another number is a restart that somebody has noticed. */
export const daemonPid = (guest: Guest): Promise<string> => must(guest, 'pgrep -x dockerd');

/** What the operator reads: `docker info`, by name. What comes twice is the driver's first, and then another's. */
export async function dockerInfoText(guest: Guest): Promise<ReadonlyMap<string, string>> {
  const text = await must(guest, 'docker info 2> /dev/null');
  const lines = text.matchAll(/^ *([^:\n]+): *(.*)$/gm);
  return new Map([...lines].map(([, name, value]): [string, string] => [name ?? '', value ?? '']).toReversed());
}

/** Everything that dmtool leaves on a host beside what it was asked for; empty when it was taken back. */
export const tracesOf = (guest: Guest): Promise<string> =>
  must(
    guest,
    `pvs --noheadings; dmsetup ls | grep -v 'No devices' || :
    find /etc/lvm/profile -name '*docker*'; find /var/lib/dmtool 2> /dev/null || :
    find /var/lib /etc/docker -maxdepth 2 '(' -name '*.bk' -o -name '*.bk.*' ')'`,
  );

/**
 * Everything of a host with Docker that a run must not change when it refuses, or finds nothing to do: the daemon's process and
 * its containers, what LVM and the kernel keep, files. Not how full the pool is, which changes by itself.
 */
export async function dockerHostState(guest: Guest): Promise<string> {
  const state = await must(
    guest,
    `pgrep -x dockerd || :
    for of in pvs vgs lvs; do $of --config 'dmeventd/executable="/bin/false"' -o "\${of%s}_uuid,vg_name,vg_seqno"; done
    dmsetup table; losetup --list --noheadings; cut -d' ' -f3,5,6 /proc/self/mountinfo
    find /etc/docker /etc/lvm/profile /var/lib/dmtool -type f -exec sha256sum {} + 2> /dev/null | sort
    ls -lA --time-style=full-iso /etc/docker /etc/default; ls -A /var/lib /var/lib/docker`,
  );
  // Its API answers only while it runs.
  return /^\d/.test(state) ? `${state}${JSON.stringify(await containers(guest))}` : state;
}
