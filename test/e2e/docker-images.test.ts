import test from 'ava';
import { containers, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, startDocker } from './support/docker.ts';
import { imageStates, imageTags, keptFiles, makeImages } from './support/images.ts';
import { diskOf, dmtool, must } from './support/shell.ts';

// Images that come along when Docker changes its storage driver.

const isHost = process.env['DMTOOL_LAB'] === 'host';

test.serial('five images come along, and a container is made again by its line', async (t) => {
  t.timeout(20 * 60_000);
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'] });
  await startDocker(guest);
  await makeImages(guest);
  await runContainer(guest, 'web', { restart: 'always', volume: 'data', image: 'first:1' });
  await must(
    guest,
    "docker create --network none --env 'GREETING=a b' --label of='the lab' --name later alone:1 sh -c 'echo \"$GREETING\"'",
  );
  const before = await imageStates(guest);
  t.deepEqual(before.flatMap(({ tags }) => tags).toSorted(), imageTags);
  const made = await dmtool(guest, ['setup', '--device', diskOf(guest), '--yes', '--keep-images', '--carry-volumes']);
  t.is(made.exitCode, 0, made.stderr);
  t.log(made.stderr, made.stdout);
  t.is((await dockerInfo(guest)).Driver, 'devicemapper');
  t.deepEqual(await imageStates(guest), before);
  t.is(await keptFiles(guest), '600 docker-thinpool/containers.json\n600 docker-thinpool/containers.txt\n');
  t.log(
    await must(
      guest,
      'cat /var/lib/dmtool/images/docker-thinpool/containers.txt; ls -lR /var/lib/dmtool; cat /var/lib/dmtool/*.json',
    ),
  );
  t.deepEqual(await containers(guest), []);
  t.is(
    await must(
      guest,
      'sh -eu /var/lib/dmtool/images/docker-thinpool/containers.txt > /dev/null; docker exec web cat /data/web; docker start -a later',
    ),
    'of web\na b\n',
  );
});
