// `npm run bench`, its second part: `device list` on a pool with many thin devices, beside `dmsetup ls`: time and peak memory, as ratios within one guest.
import { writeFile } from 'node:fs/promises';
import { boot } from './boot.ts';
import type { Guest } from './guest.ts';

const DEVICES = 10_000;
const DEVICE_SECTORS = 2048;
const BLOCK_SECTORS = 128;

/** Metadata of a pool in which each device has one block, in thin_restore's form. */
function poolMetadata(): string {
  const device = (id: number): string =>
    `<device dev_id="${id}" mapped_blocks="1" transaction="0" creation_time="0" snap_time="0"><single_mapping origin_block="0" data_block="${id}" time="0"/></device>`;
  const devices = Array.from({ length: DEVICES }, (_, id) => device(id));
  return `<superblock uuid="" time="0" transaction="1" data_block_size="${BLOCK_SECTORS}" nr_data_blocks="${DEVICES}">${devices.join('\n')}</superblock>`;
}

/** Docker's name of a device: as long as a real one. */
const nameOf = (id: number): string => id.toString(16).padStart(64, '0');

/** What Docker would have written about them, as a shell script's input: `NAME CONTENT` lines. */
const records = (): string =>
  Array.from(
    { length: DEVICES },
    (_, id) =>
      `${nameOf(id)} {"device_id":${id},"size":${DEVICE_SECTORS * 512},"transaction_id":${id},"initialized":false,"deleted":false}`,
  ).join('\n');

/** So many in one line: the kernel takes no longer argument than 128 KiB. */
const DEVICES_A_LINE = 500;

/** Tables of all devices in dmsetup's concise form, a call in each line. */
function concise(): string {
  const table = (id: number): string =>
    `docker-0:0-0-${nameOf(id)},,,rw,0 ${DEVICE_SECTORS} thin /dev/mapper/pool ${id}`;
  const line = (_: unknown, index: number): string =>
    Array.from({ length: DEVICES_A_LINE }, (_, offset) => table(index * DEVICES_A_LINE + offset)).join(';');
  return Array.from({ length: DEVICES / DEVICES_A_LINE }, line).join('\n');
}

/** udev would take minutes to look at every device; nobody asks it here. */
const makeScript = `set -e
killall -q systemd-udevd udevd || :
export DM_DISABLE_UDEV=1
mkdir -p /var/lib/docker/devicemapper/metadata
cd "$1"
truncate -s 128M /var/lib/meta
truncate -s ${(DEVICES * BLOCK_SECTORS) / 2048}M /var/lib/data
thin_restore -i pool.xml -o /var/lib/meta > /dev/null
dmsetup create pool --table "0 ${DEVICES * BLOCK_SECTORS} thin-pool $(losetup -f --show /var/lib/meta) $(losetup -f --show /var/lib/data) ${BLOCK_SECTORS} 0"
perl -ne 'chomp; my ($name, $text) = split / /, $_, 2; open(my $file, ">", "/var/lib/docker/devicemapper/metadata/$name") or die; print $file $text' records
while read -r line; do dmsetup create --concise "$line" > /dev/null; done < concise`;

interface Cost {
  readonly milliseconds: number;
  readonly peakKib: number;
}

/** Runs a program and looks at its peak memory until it ends; what it starts itself does not count. */
const watchScript = `use Time::HiRes qw(time sleep); use POSIX ":sys_wait_h";
my $start = time; my $pid = fork() // die; my $peak = 0;
if ($pid == 0) { open(STDOUT, ">", "/dev/null"); exec(@ARGV) or die "exec: $!" }
until (waitpid($pid, WNOHANG)) {
  if (open(my $status, "<", "/proc/$pid/status")) { while (<$status>) { $peak = $1 if /^VmHWM:\\s+(\\d+)/ } }
  sleep(0.002);
}
$? == 0 or die "exit $?";
printf "%.1f %d", (time - $start) * 1000, $peak;`;

async function cost(guest: Guest, argv: readonly string[]): Promise<Cost> {
  const { stdout, stderr, exitCode } = await guest.run(['perl', '-e', watchScript, ...argv]);
  if (exitCode !== 0) throw new Error(stderr);
  const [milliseconds = 0, peakKib = 0] = stdout.split(' ').map(Number);
  return { milliseconds, peakKib };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** Lists them again and again, with both programs in turn, and prints the medians and their ratios. */
async function bench(rounds: number): Promise<void> {
  await using guest = await boot({ memory: '2G', filesystems: ['/var/lib'] });
  const { host, guest: share } = guest.share;
  await writeFile(`${host}/pool.xml`, poolMetadata());
  await writeFile(`${host}/records`, `${records()}\n`);
  await writeFile(`${host}/concise`, `${concise()}\n`);
  const made = await guest.sh(makeScript.replaceAll('$1', share), { timeoutMs: 600_000 });
  if (made.exitCode !== 0) throw new Error(made.stderr);
  const programs = {
    'dmsetup ls': ['dmsetup', 'ls'],
    'dmtool device list': ['dmtool', 'device', 'list'],
    // The kernel's part of it: what `device list` can't do without.
    'dmsetup table': ['dmsetup', 'table'],
    'dmsetup status --noflush': ['dmsetup', 'status', '--noflush'],
  } as const;
  const costs = new Map<string, Cost[]>(Object.keys(programs).map((name) => [name, []]));
  // One round that does not count: the first run reads every program from disk.
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, argv] of Object.entries(programs)) {
      const spent = await cost(guest, argv);
      if (round >= 0) costs.get(name)?.push(spent);
    }
  }
  console.log(`device list beside dmsetup ls, ${DEVICES} active thin devices, ${rounds} rounds in turn in one guest`);
  const medians = [...costs].map(([name, each]) => {
    const time = median(each.map(({ milliseconds }) => milliseconds));
    const peak = median(each.map(({ peakKib }) => peakKib));
    console.log(`${name.padEnd(28)} median ${time.toFixed(0)} ms, peak memory ${(peak / 1024).toFixed(1)} MiB`);
    return { time, peak };
  });
  const [ls, list] = medians;
  if (ls && list)
    console.log(
      `ratio, median                  time ${(list.time / ls.time).toFixed(2)}, memory ${(list.peak / ls.peak).toFixed(2)}`,
    );
}

await bench(Number(process.argv[2] ?? 5));
