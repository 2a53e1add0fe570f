import type { Guest, Job } from '../../lab/guest.ts';
import { must } from './shell.ts';

export const POOL = 'docker-8:1-77-pool';

const make = `
mkdir -p /var/pool
cd /var/pool
truncate -s "$1" data
truncate -s "$2" metadata
data=$(losetup --find --show /var/pool/data)
metadata=$(losetup --find --show /var/pool/metadata)
dmsetup create "$3" --table "0 $(blockdev --getsz "$data") thin-pool $metadata $data 128 0 1 skip_block_zeroing"
dmsetup message "$3" 0 'create_thin 0'
dmsetup create vol --table "0 $((1 << 23)) thin /dev/mapper/$3 0"`;

/** A pool on two sparse files, as Docker's loop-lvm makes it, and a thin volume of 4 GiB: /dev/mapper/vol. */
export const makeLoopPool = (guest: Guest, dataSize: string, metadataSize: string, name = POOL): Promise<string> =>
  must(guest, make, dataSize, metadataSize, name);

const writer = `use Fcntl; my ($device, $blocks) = @ARGV;
my $ended = 0; $SIG{TERM} = sub { $ended = 1 };
sysopen(my $file, $device, O_RDWR | 0x101000) or die "$device: $!";
for (my $round = 1; !$ended; $round++) {
  for my $block (0 .. $blocks - 1) {
    sysseek($file, $block * 65536, 0);
    my $content = pack("NN", $round, $block) x 512;
    syswrite($file, $content) == 4096 or die "block $block: $!";
    sysseek($file, $block * 65536, 0);
    sysread($file, my $read, 4096);
    $read eq $content or die "block $block differs";
    select(undef, undef, undef, 0.01);
  }
}
print "all of $blocks blocks, read back each time\\n";`;

/**
 * Writes 4 KiB blocks, each synced, and reads each back, until it is told to end (SIGTERM). It leaves
 * the host time for others. */
export const startWriter = (guest: Guest, device: string, blocks: number): Job =>
  guest.start(['perl', '-e', writer, device, String(blocks)]);

/** Its own verdict: it was never refused, and never read anything else than it wrote. */
export async function endWriter(job: Job): Promise<string> {
  job.kill('SIGTERM');
  const { stdout, stderr } = await job.result;
  return stdout + stderr;
}

/** What a resize could leave different: table, mode, suspension, files and loop devices. */
export const poolState = (guest: Guest): Promise<string> =>
  must(
    guest,
    `dmsetup table "$1"; dmsetup info --columns --noheadings --options name,suspended,tables_loaded "$1"
    dmsetup status --noflush "$1" | cut -d ' ' -f 3,8- ; stat -c '%n %s' /var/pool/*
    losetup --list --noheadings --output NAME,BACK-FILE | sort; blockdev --getsize64 /dev/loop0 /dev/loop1
    ls -A /var/lib/dmtool 2> /dev/null || true`,
    POOL,
  );
