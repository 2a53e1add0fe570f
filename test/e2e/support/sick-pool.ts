import type { Guest } from '../../lab/guest.ts';
import { must } from './shell.ts';

/** Snapshots whose blocks are written again take metadata, and hardly any data; the kernel says no in the end. */
const spend = `use Fcntl; my ($pool, $volume, $origin) = @ARGV;
for my $snapshot (101 .. 160) {
  system("dmsetup suspend $volume") == 0 or die;
  my $said = system("dmsetup message $pool 0 'create_snap $snapshot $origin' 2> /dev/null");
  system("dmsetup resume $volume") == 0 or die;
  last if $said != 0;
  sysopen(my $file, "/dev/mapper/$volume", O_WRONLY | 0x101000) or die;
  my $written = 1;
  for (my $block = 0; $block < 4000 && $written; $block += 100) {
    sysseek($file, $block * 65536, 0);
    $written = syswrite($file, "y" x 4096);
  }
  last if !$written;
}
exit(\`dmsetup status --noflush $pool\` =~ / ro / ? 0 : 1);`;

/** Takes all the metadata that a pool has. @param origin the number of the thin device */
export const spendMetadata = (guest: Guest, pool: string, volume = 'vol', origin = 0): Promise<string> =>
  must(guest, 'perl -e "$@"', spend, pool, volume, String(origin));

const loseWrites = `
disk=$1 volume=$2
sectors=$(blockdev --getsz "/dev/mapper/$disk")
under=$(dmsetup table "$disk" | cut -d ' ' -f 4)
swap() {
  dmsetup load "$disk" --table "$1"
  dmsetup suspend --noflush --nolockfs "$disk"
  dmsetup resume "$disk"
}
swap "0 $sectors flakey $under 0 0 100 1 error_writes"
dd if=/dev/zero of="$volume" bs=64k count=1 seek="$3" oflag=direct conv=fsync 2> /dev/null || true
swap "0 $sectors linear $under 0"
dmsetup status --noflush --target thin-pool | grep -q needs_check`;

/**
 * Has a pool's metadata need a check: the linear device that they are on fails one write of theirs. What is written goes to a
 * block that nothing was mapped to.
 */
export const needCheck = (guest: Guest, disk: string, volume: string, block: number): Promise<string> =>
  must(guest, loseWrites, disk, volume, String(block));

/**
 * Shell that damages metadata so that thin_check fails, and all that leads to data can be read still: the first bitmap of
 * their own space map (struct disk_sm_root, after 192 bytes of the first block).
 */
export const damage = `
damage() {
  block=$(dd if="$1" bs=512 skip="$2" count=1 status=none | od -A n -t u8 -j 208 -N 8 | tr -d ' ')
  dd if=/dev/urandom of="$1" bs=4096 seek=$(($2 / 8 + block)) count=1 conv=notrunc,fsync status=none
}`;

/** What lies in the first 8 MiB. */
export const checksum = (guest: Guest, volume: string): Promise<string> =>
  must(guest, 'head -c 8M "$1" | sha256sum', volume);

/** Writes them, of something that nobody else has. */
export const writeContent = (guest: Guest, volume: string): Promise<string> =>
  must(guest, 'head -c 8M /dev/urandom | dd of="$1" bs=1M iflag=fullblock oflag=direct conv=fsync status=none', volume);

/** Modes of what a repair has kept, and what sha256sum says of its copy. */
export const keptBy = (guest: Guest, directory: string): Promise<string> =>
  must(guest, 'cd "$1"; stat -c "%a %n" . metadata.gz; sha256sum --check metadata.gz.sha256', directory);

/** Right after a repair of a pool's first time. */
export const KEPT = '700 .\n600 metadata.gz\nmetadata.gz: OK\n';

/** A disk behind a linear device that can be made to fail; LVM must not see both. */
export const behind = `
dmsetup create under --table "0 $(blockdev --getsz "$1") linear $1 0"
printf 'devices { global_filter = [ "r|^%s$|" ] }\\n' "$1" > /etc/lvm/lvmlocal.conf`;
