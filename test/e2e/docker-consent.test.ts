import test from 'ava';
import { containers, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, startDocker } from './support/docker.ts';
import { dockerHostState } from './support/docker-host.ts';
import { diskOf, must } from './support/shell.ts';
import { onTerminal } from './support/terminal.ts';

// Whoever is asked is told by name whose work stands still, and what Docker will not see any more.

const isHost = process.env['DMTOOL_LAB'] === 'host';

test('containers, images, volumes and a swarm are named before the question, and a no changes nothing', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'] });
  await startDocker(guest);
  await importBusybox(guest);
  await importBusybox(guest, 'spare:1');
  await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
  await runContainer(guest, 'old');
  await must(guest, 'docker stop old; echo {} > /var/lib/docker/swarm/docker-state.json');
  const before = await dockerHostState(guest);

  const setup = `dmtool setup --device ${diskOf(guest)} --set-swarm-aside`;
  const declined = await onTerminal(guest, setup, 'n\\n');
  t.is(declined.exitCode, 3, declined.screen);
  t.is(await dockerHostState(guest), before);
  const told = [
    /^Thin pool docker\/thinpool, and Docker 20\.10\.\S+ on it:$/m,
    /stops for a moment:\n {2}1 running container: web\n {2}They are set aside/,
    /^Moved from \/var\/lib\/docker to \/var\/lib\/docker\.bk, /m,
    /^ {2}2 images: box:latest, spare:1 \(--keep-images takes them over\)$/m,
    /^ {2}2 containers: (web, old|old, web)$/m,
    /^ {2}1 volume: data \(--carry-volumes takes them over\)$/m,
    /^ {2}the state of this swarm's member$/m,
    /^\/etc\/docker\/daemon\.json:\n {2}storage-driver devicemapper/m,
    /^ {2}dm\.thinpooldev=\/dev\/mapper\/docker-thinpool$/m,
    /becomes an LVM physical volume$/m,
    /^ {2}\d+\. Stop the containers web$/m,
  ];
  for (const line of told) t.regex(declined.screen, line);
  t.regex(declined.screen, /Not agreed; nothing was changed\./);

  const agreed = await onTerminal(guest, setup, 'y\\n');
  t.is(agreed.exitCode, 0, agreed.screen);
  t.is((await dockerInfo(guest)).Driver, 'devicemapper');

  // The way back destroys: what is on the pool is named, too.
  await importBusybox(guest, 'made:here');
  await runContainer(guest, 'new', { image: 'made:here', volume: 'fresh' });
  const kept = await dockerHostState(guest);
  const refused = await onTerminal(guest, 'dmtool teardown', 'n\\n');
  t.is(refused.exitCode, 3, refused.screen);
  t.is(await dockerHostState(guest), kept);
  for (const line of [
    /^ {2}containers that stop for good: new$/m,
    /^ {2}its data come back from \/var\/lib\/docker\.bk$/m,
    /^ {2}started again: web$/m,
    /^ {2}what Docker holds on the pool: containers new; images made:here; volumes fresh$/m,
    /docker\/thinpool \(.*\) and all that is in it$/m,
  ])
    t.regex(refused.screen, line);
  const back = await onTerminal(guest, 'dmtool teardown', 'yes\\n');
  t.is(back.exitCode, 0, back.screen);
  t.deepEqual(
    (await containers(guest)).map(({ name, state }) => `${name} ${state}`),
    ['old exited', 'web running'],
  );
});
