import test from 'ava';
import { boot } from '../lab/boot.ts';
import { assertFinished } from './crash-support/pool.ts';
import { diskOf, dmtool, must, setupPool } from './support/shell.ts';

// Fifty runs at once, of one pool and of others: one at a time gets through, and none is half done.

const isHost = process.env['DMTOOL_LAB'] === 'host';

/** $1: how each waits for the others. Tells how often each exit code came. */
const crowd = `wait=$1; shift
for number in $(seq 17); do
  dmtool setup --engine none --device "$1" --data-size 256M --yes $wait > /dev/null 2>> /run/told & pids="$pids $!"
  dmtool setup --engine none --vg second --device "$2" --yes $wait > /dev/null 2>> /run/told & pids="$pids $!"
  [ "$number" = 17 ] || { dmtool resize "$((256 + number * 4))M" --pool docker/thinpool --yes $wait > /dev/null 2>> /run/told & pids="$pids $!"; }
done
for pid in $pids; do wait "$pid" && echo 0 || echo $?; done > /run/ends; sort -n /run/ends | uniq -c | tr -s ' '`;

for (const [title, wait, codes] of [
  ['who does not wait is told who is at work', '', /^(?: \d+ (?:0|3|75)\n)+$/],
  ['who waits gets his turn', '--lock-timeout=20m', /^(?: \d+ (?:0|3)\n)+$/],
] as const)
  test.serial(`fifty at once: ${title}`, async (t) => {
    if (isHost) return t.pass('the host’s own pools are left alone');
    t.timeout(30 * 60_000);
    await using guest = await boot({ disks: ['1G', '512M'], memory: '6G' });
    const told = await guest.run(['bash', '-c', crowd, 'crowd', wait, diskOf(guest), diskOf(guest, 1)], {
      timeoutMs: 25 * 60_000,
    });
    const ends = told.stdout;
    t.log(ends.trim().replaceAll('\n', ','));
    t.regex(ends, codes, await guest.readFile('/run/told'));
    const counts = ends
      .trim()
      .split('\n')
      .map((line) => Number(line.trim().split(' ')[0]));
    t.is(
      counts.reduce((sum, each) => sum + each, 0),
      50,
    );
    // A resize that came before the pool was there, or after a larger one, was told so.
    t.notRegex(await guest.readFile('/run/told'), /TypeError|\n\s+at .*\.js:\d+/);
    for (const vg of ['docker', 'second']) {
      const again = [...setupPool, '--vg', vg, '--device', diskOf(guest, vg === 'docker' ? 0 : 1), '--yes'];
      t.is((await dmtool(guest, again)).exitCode, 0);
      await assertFinished(t, guest, { vg });
    }
    t.is(await must(guest, 'ls -A /var/lib/dmtool 2> /dev/null || true'), '');
  });
