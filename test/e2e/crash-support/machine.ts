import type { ExecutionContext } from 'ava';
import type { Guest } from '../../lab/guest.ts';

/** Everything that a run could leave behind on a machine, as text to compare. */
export type Snapshot = Readonly<Record<string, string>>;

const script = `
report() { lvm fullreport --reportformat json --units b --nosuffix --config 'dmeventd/executable="/bin/false"'; }
section() { printf '\\f%s\\n' "$1"; }
section lvm; report | sed -E 's/"(vg_seqno|vg_mda_free|pv_mda_free)":"[^"]*"(, )?//g'
section files
find /etc/lvm /etc/systemd /etc/docker /var/lib/dmtool /var/lib/lvm /var/lib/docker \\( -path /etc/lvm/archive -o -path /etc/lvm/backup \\) \\
  -prune -o -type d -printf '%p %m\\n' -o -printf '%p %y %m %s %T@\\n' 2> /dev/null | sort
ls /etc /var/lib
section content; find /etc/lvm/profile -type f -exec sha256sum {} + | sort
section mapped; dmsetup info -c --noheadings --separator ' ' -o name,suspended,open | sort; ls /dev/mapper
section stray; ls -d /tmp/dmtool-* 2> /dev/null
for disk in "$@"; do
  section "signatures of $disk"; wipefs --parsable "$disk"
  section "edges of $disk"; head -c1M "$disk" | sha256sum; tail -c1M "$disk" | sha256sum
done`;

/**
 * Looks at LVM, files, mapped devices, and the edges of the disks (which change by themselves where a PV is). Not at all
 * files: a guest sees what is installed on the host while a story is told.
 */
export async function takeSnapshot(guest: Guest, disks: readonly string[] = guest.disks): Promise<Snapshot> {
  const { stdout } = await guest.run(['sh', '-c', script, 'snapshot', ...disks]);
  const sections = stdout.split('\f').slice(1);
  return Object.fromEntries(
    sections.map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n') + 1)]),
  );
}

/** The machine is as it was: LVM, files, mapped devices, disks. Only the lines that differ are told. */
export async function assertAsBefore(
  t: ExecutionContext,
  guest: Guest,
  before: Snapshot,
  disks: readonly string[] = guest.disks,
): Promise<void> {
  const after = await takeSnapshot(guest, disks);
  t.deepEqual(Object.keys(after), Object.keys(before));
  const lines = (snapshot: Snapshot, other: Snapshot): string[] =>
    Object.entries(snapshot).flatMap(([section, text]) => {
      const known = new Set(other[section]?.split('\n'));
      return text.split('\n').filter((line) => !known.has(line));
    });
  t.deepEqual({ gone: lines(before, after), added: lines(after, before) }, { gone: [], added: [] });
}

/** The two edges of a disk, when nothing but zeros is there. */
export async function assertBlank(t: ExecutionContext, guest: Guest, disks = guest.disks): Promise<void> {
  const script = 'for disk; do wipefs "$disk"; for end in head tail; do $end -c1M "$disk" | tr -d "\\0"; done; done';
  t.is((await guest.run(['sh', '-c', script, 'blank', ...disks])).stdout, '');
}
