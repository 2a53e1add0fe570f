// `npm run bench`, its third part: the longest that a 4 KiB direct writer waits while its pool grows, with dmtool and with the
// documented commands, in turn in one guest, as a ratio.
import { boot } from './boot.ts';
import type { Guest } from './guest.ts';

const STEP_MIB = 64;

/** Writes at an address that O_DIRECT takes until it is told to end, and says how long the longest write took. */
const writer = `use Fcntl; use Time::HiRes qw(time); my ($device, $ready) = @ARGV;
my $ended = 0; $SIG{TERM} = sub { $ended = 1 };
sysopen(my $file, $device, O_WRONLY | 0x4000) or die "$device: $!";
my $buffer = "x" x 8192; my $skip = -unpack("J", pack("P", $buffer)) % 4096;
my ($longest, $count) = (0, 0);
until ($ended) {
  sysseek($file, ($count % 1024) * 65536, 0);
  my $start = time;
  syswrite($file, $buffer, 4096, $skip) == 4096 or die "write: $!";
  my $spent = time - $start;
  # The first time round each write also takes a block.
  next if ++$count <= 1024;
  if ($count == 1025) { open(my $pipe, ">", $ready) or die; print $pipe "go\\n"; close($pipe); $longest = 0; next }
  $longest = $spent if $spent > $longest;
}
printf "%.3f", $longest * 1000;`;

/** The longest write in milliseconds, by the guest's own clock, while a script runs. */
async function longestWrite(guest: Guest, device: string, script: string): Promise<number> {
  const measured = await guest.run([
    'bash',
    '-euc',
    `dir=$(mktemp -d); mkfifo "$dir/ready"
    perl -e "$1" "$2" "$dir/ready" > "$dir/longest" & pid=$!
    read -r go < "$dir/ready"
    sh -euc "$3" > "$dir/said" 2>&1 || { cat "$dir/said" >&2; exit 1; }
    kill -TERM "$pid"; wait "$pid"; cat "$dir/longest"; rm -r "$dir"`,
    'stall',
    writer,
    device,
    script,
  ]);
  if (measured.exitCode !== 0) throw new Error(`exit code ${measured.exitCode}: ${measured.stderr}`);
  return Number(measured.stdout);
}

/** How a pool grows by one step: typed from the documents, and with dmtool. */
interface Kind {
  readonly name: string;
  readonly most: number;
  /** LVM's stalls come in two lengths: it takes many rounds until a median says something. */
  readonly rounds: number;
  readonly prepare: (disk: string) => string;
  readonly documented: string;
  readonly dmtool: string;
}

const makeVolume = (pool: string): string =>
  `dmsetup message ${pool} 0 'create_thin 0'; dmsetup create vol --table "0 2097152 thin /dev/mapper/${pool} 0"`;

/** "Increase capacity on a running device", as the documents have it for both kinds. */
const kinds: readonly Kind[] = [
  {
    name: 'loop-lvm',
    most: 0.6,
    rounds: 5,
    prepare: () => `mkdir -p /var/pool; cd /var/pool; truncate -s 256M data; truncate -s 16M metadata
losetup /dev/loop0 data; losetup /dev/loop1 metadata
dmsetup create files --table "0 524288 thin-pool /dev/loop1 /dev/loop0 128 32768 1 skip_block_zeroing"
${makeVolume('files')}`,
    documented: `truncate -s +${STEP_MIB}M /var/pool/data
losetup -c /dev/loop0
length=$(blockdev --getsz /dev/loop0)
table=$(dmsetup table files | cut -d ' ' -f 3-)
dmsetup suspend files
dmsetup reload files --table "0 $length $table"
dmsetup resume files`,
    dmtool: `dmtool resize +${STEP_MIB}M --pool files --yes`,
  },
  {
    name: 'direct-lvm',
    most: 1,
    rounds: 15,
    prepare: (disk) =>
      `dmtool setup --engine none --device ${disk} --data-size 256M --yes; ${makeVolume('docker-thinpool')}`,
    documented: `lvextend --size +${STEP_MIB}M docker/thinpool`,
    dmtool: `dmtool resize +${STEP_MIB}M --pool docker/thinpool --yes`,
  },
];

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

async function bench(kind: Kind, rounds: number): Promise<void> {
  await using guest = await boot({ disks: ['10G'] });
  const made = await guest.sh(`set -e; ${kind.prepare(guest.disks[0] ?? '')}`);
  if (made.exitCode !== 0) throw new Error(made.stderr);
  const documented: number[] = [];
  const dmtool: number[] = [];
  // One round that does not count: the first run reads every program from disk.
  for (let round = -1; round < rounds; round += 1) {
    const both = [
      await longestWrite(guest, '/dev/mapper/vol', kind.documented),
      await longestWrite(guest, '/dev/mapper/vol', kind.dmtool),
    ] as const;
    if (round < 0) continue;
    documented.push(both[0]);
    dmtool.push(both[1]);
  }
  const list = (values: readonly number[]): string => values.map((value) => value.toFixed(1)).join(' ');
  console.log(`longest 4 KiB direct write while the pool grows, ${kind.name}, ${rounds} rounds in turn in one guest`);
  console.log(`documented commands          median ${median(documented).toFixed(1)} ms: ${list(documented)}`);
  console.log(`dmtool resize                median ${median(dmtool).toFixed(1)} ms: ${list(dmtool)}`);
  console.log(
    `ratio of medians               ${(median(dmtool) / median(documented)).toFixed(2)}, at most ${kind.most}`,
  );
}

for (const kind of kinds) await bench(kind, Number(process.argv[2] ?? kind.rounds));
