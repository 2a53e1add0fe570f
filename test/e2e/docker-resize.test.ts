import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { containers, importBusybox } from './support/containers.ts';
import { bootDocker, dockerInfo, driverStatus, startDocker, stopDocker } from './support/docker.ts';
import { poolFacts } from './support/pool.ts';
import { diskOf, dmtool, must } from './support/shell.ts';

// Pools that Docker runs on grow under a container that writes, and checks what it wrote.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const rounds = `i=0
while :; do
  i=$((i + 1)); file=/round.$((i % 16))
  echo "round $i" > "$file"; read -r read < "$file"
  [ "$read" = "round $i" ] || exit 1
  sleep 0.02
done`;

/** A container that ends as soon as it reads anything else than it wrote. */
const runChecker = (guest: Guest): Promise<string> =>
  must(guest, 'docker run --detach --network none --restart always --name checker box sh -c "$1"', rounds);

/** Its restart policy would start it again, and Docker would count that. */
const checkerRestarts = async (guest: Guest): Promise<string> =>
  (await must(guest, "docker inspect --format '{{.State.Running}} {{.RestartCount}}' checker")).trim();

const totals = async (guest: Guest): Promise<(string | undefined)[]> => {
  const info = await dockerInfo(guest);
  return ['Data Space Total', 'Metadata Space Total'].map((name) => driverStatus(info, name));
};

test.serial('loop-lvm: data and metadata, seen by Docker before and after it starts again', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker();
  const made = await dmtool(guest, ['setup', '--loop', '2G', '--metadata-size', '64M', '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  if ((await must(guest, 'pgrep -xc dockerd || true')).trim() === '0') await startDocker(guest);
  await importBusybox(guest);
  await runChecker(guest);
  t.deepEqual(await totals(guest), ['2.147GB', '67.11MB']);
  for (const [words, expected] of [
    [['4G'], ['4.295GB', '67.11MB']],
    [
      ['--metadata', '128M'],
      ['4.295GB', '134.2MB'],
    ],
  ] as const) {
    const grown = await dmtool(guest, ['resize', ...words, '--yes']);
    t.is(grown.exitCode, 0, grown.stderr);
    t.deepEqual(await totals(guest), expected);
    t.is(await checkerRestarts(guest), 'true 0');
  }
  await stopDocker(guest);
  await startDocker(guest);
  t.deepEqual(await totals(guest), ['4.295GB', '134.2MB']);
  t.deepEqual(
    (await containers(guest)).map(({ name, state }) => [name, state]),
    [['checker', 'running']],
  );
});

test.serial('direct-lvm: by a second disk, by a size, and its metadata', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G', '1G'] });
  const made = await dmtool(guest, ['setup', '--device', diskOf(guest), '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  if ((await must(guest, 'pgrep -xc dockerd || true')).trim() === '0') await startDocker(guest);
  await importBusybox(guest);
  await runChecker(guest);
  for (const words of [['--device', diskOf(guest, 1)], ['--metadata', '+16M'], ['+64M']]) {
    const grown = await dmtool(guest, ['resize', ...words, '--yes']);
    t.is(grown.exitCode, 0, grown.stderr);
    const facts = await poolFacts(guest, 'docker/thinpool');
    t.is(facts.totalBlocks * facts.chunkBytes, facts.dataBytes);
    t.is((await totals(guest))[0], `${Number((facts.dataBytes / 1e9).toPrecision(4))}GB`);
    t.is(await checkerRestarts(guest), 'true 0');
  }
  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.is(await must(guest, 'pvs --noheadings'), '');
});
