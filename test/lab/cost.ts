import { basename } from 'node:path';
import type { Guest } from './guest.ts';

/** What a run of a program took, by the guest's own clock. */
export interface Cost {
  readonly milliseconds: number;
  readonly peakKib: number;
}

/** Runs a program and looks at its peak memory until it ends; what it starts itself does not count. */
const watchScript = `use Time::HiRes qw(time sleep); use POSIX ":sys_wait_h";
my $most = shift(@ARGV); my $start = time; my $pid = fork() // die; my $peak = 0;
if ($pid == 0) { open(STDOUT, ">", "/dev/null"); exec(@ARGV) or die "exec: $!" }
until (waitpid($pid, WNOHANG)) {
  if (open(my $status, "<", "/proc/$pid/status")) { while (<$status>) { $peak = $1 if /^VmHWM:\\s+(\\d+)/ } }
  sleep(0.002);
}
$? >> 8 <= $most && ($? & 127) == 0 or die "exit $?";
printf "%.1f %d", (time - $start) * 1000, $peak;`;

/** @param most the highest exit code that is none of a failure */
async function cost(guest: Guest, argv: readonly string[], most: number): Promise<Cost> {
  const { stdout, stderr, exitCode } = await guest.run(['perl', '-e', watchScript, String(most), ...argv]);
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
  const [milliseconds = 0, peakKib = 0] = stdout.split(' ').map(Number);
  return { milliseconds, peakKib };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** Runs all programs in turn, so many rounds, prints what each takes, and tells the medians. */
export async function costs<Name extends string>(
  guest: Guest,
  programs: Readonly<Record<Name, readonly string[]>>,
  rounds: number,
  most = 0,
): Promise<Record<Name, Cost>> {
  const each = Object.entries(programs) as [Name, readonly string[]][];
  const spent = new Map<Name, Cost[]>(each.map(([name]) => [name, []]));
  // One round that does not count: the first run reads every program from disk.
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, argv] of each) {
      const one = await cost(guest, argv, most);
      if (round >= 0) spent.get(name)?.push(one);
    }
  }
  const medians = [...spent].map(([name, runs]) => {
    const [program = '', ...args] = programs[name];
    const label = [basename(program), ...args].join(' ');
    const milliseconds = median(runs.map((run) => run.milliseconds));
    const peakKib = median(runs.map((run) => run.peakKib));
    console.log(
      `${label.padEnd(42)} median ${milliseconds.toFixed(0)} ms, peak memory ${(peakKib / 1024).toFixed(1)} MiB`,
    );
    return [name, { milliseconds, peakKib }];
  });
  return Object.fromEntries(medians) as Record<Name, Cost>;
}
