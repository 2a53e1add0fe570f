import { LabFailure } from '../../lab/errors.ts';
import type { Guest, Job } from '../../lab/guest.ts';
import { type JsonAnswer, must } from './shell.ts';

/**
 * Makes a thin volume as the container engines do: with a message to the pool and a table, past LVM. So LVM's transaction
 * id stays 0, and the pool's device keeps the name that setup printed.
 * @returns its path
 */
export async function makeThinVolume(guest: Guest, poolDevice: string, sizeBytes: number): Promise<string> {
  const script = `dmsetup message "$1" 0 "create_thin 0"; dmsetup create vol --table "0 $2 thin $1 0"`;
  await must(guest, script, poolDevice, String(sizeBytes / 512));
  return '/dev/mapper/vol';
}

const touchBlocks = `use Fcntl; my ($device, $from, $to, $bytes) = @ARGV;
sysopen(my $file, $device, O_WRONLY | 0x101000) or die "$device: $!";
for my $block ($from .. $to - 1) {
  sysseek($file, $block * $bytes, 0);
  syswrite($file, "x" x 4096) == 4096 or die "block $block: $!";
}`;

/** Has the pool give out a range of blocks, one by one, synced, by writing 4 KiB into each: room is used, and no disk of the host's. */
export const fillBlocks = (
  guest: Guest,
  volume: string,
  from: number,
  to: number,
  blockBytes: number,
): Promise<string> => must(guest, 'perl -e "$@"', touchBlocks, volume, String(from), String(to), String(blockBytes));

const watchSize = `my ($device, $least) = @ARGV;
$SIG{ALRM} = sub { kill 9, $pid; die "it does not grow" };
alarm 120;
$pid = open(my $events, "-|", "stdbuf", "-oL", "udevadm", "monitor", "--udev", "--subsystem-match=block") or die;
while (<$events>) {
  next if \`blockdev --getsize64 "$device"\` < $least;
  kill 9, $pid; exit 0;
}
die "no more events";`;

/** Ends when the device has grown to that size, looked at whenever udev tells of a change; fails when it does not. */
export const watchSizeOf = (guest: Guest, device: string, leastBytes: number): Job =>
  guest.start(['perl', '-e', watchSize, device, String(leastBytes)]);

/** What setup promises of a pool's growth. */
export interface PromisedGrowth {
  readonly times: number;
  readonly firstStepBytes: number;
}

export const promisedGrowth = ({ document }: JsonAnswer): PromisedGrowth => {
  if (document.pool === undefined) throw new LabFailure(`no pool in ${JSON.stringify(document)}`);
  return document.pool['autoextend'] as PromisedGrowth;
};

/** What a resize could leave different of setup's pool: its VG, itself, its profile, and the disk that the VG is to get. */
export const lvmPoolState = (guest: Guest, disk: string): Promise<string> =>
  must(
    guest,
    `lvs -a --noheadings -o lv_name,lv_attr,lv_size,lv_metadata_size docker; vgs --noheadings; pvs --noheadings -o pv_name,vg_name,pv_free
    wipefs --parsable "$1"; head -c 1M "$1" | tr -d '\\0' | wc -c
    ls -A --format=single-column /etc/lvm/profile; cat /etc/lvm/profile/docker-thinpool.profile
    dmsetup table docker-thinpool; dmsetup info --columns --noheadings --options name,suspended; ls -A /var/lib/dmtool 2> /dev/null || true`,
    disk,
  );
