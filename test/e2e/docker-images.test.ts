import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { containers, dockerState, runContainer } from './support/containers.ts';
import { dockerInfo, startDocker, stopDocker } from './support/docker.ts';
import { dockerHostState, tracesOf } from './support/docker-host.ts';
import { bootWithImages, createMany, imageStates, imageTags, keptFiles } from './support/images.ts';
import { diskOf, dmtool, dmtoolJson, must } from './support/shell.ts';

// Images that come along when Docker changes its storage driver.

/** All that Docker was told of it. */
async function inspectMany(guest: Guest): Promise<unknown> {
  const text = await must(guest, "docker inspect --format '[{{json .Config}},{{json .HostConfig}}]' many");
  const [config, host]: [{ Env: string[] }, { Binds: string[] }] = JSON.parse(text);
  // The client keeps these in maps: their order is another each time.
  return [
    { ...config, Env: config.Env.toSorted() },
    { ...host, Binds: host.Binds.toSorted() },
  ];
}

const isHost = process.env['DMTOOL_LAB'] === 'host';

test.serial(
  'five images come along, containers are made again by their lines, and all of it can be undone',
  async (t) => {
    t.timeout(20 * 60_000);
    if (isHost) return t.pass('the host’s own Docker is left alone');
    await using guest = await bootWithImages();
    await runContainer(guest, 'web', { restart: 'always', volume: 'data', image: 'first:1' });
    const words = ['--env', "GREETING=it's a  b", '--label', 'of=the lab', '--user', '65534', '--workdir', '/data'];
    await must(
      guest,
      'docker create --network none "$@"',
      ...words,
      '--name',
      'later',
      'alone:1',
      'sh',
      '-c',
      'echo "$GREETING"; pwd',
    );
    await must(guest, createMany);
    const told = await inspectMany(guest);
    const before = { images: await imageStates(guest), docker: await dockerState(guest) };
    t.deepEqual(before.images.flatMap(({ tags }) => tags).toSorted(), imageTags);

    const setup = ['setup', '--device', diskOf(guest), '--yes', '--keep-images', '--carry-volumes'];
    const made = await dmtool(guest, setup);
    t.is(made.exitCode, 0, made.stderr);
    t.regex(made.stderr, /Kept through \/var\/lib\/dmtool\/images\/docker-thinpool:\n {2}5 images, about \S+ MiB: /);
    t.regex(made.stderr, /\n {2}\d+ %, \S+ MiB of about \S+ MiB\n✔ Save 5 images to /);
    t.regex(made.stdout, /started: \/var\/lib\/dmtool\/images\/docker-thinpool\/containers\.txt\n/);
    t.is((await dockerInfo(guest)).Driver, 'devicemapper');
    t.deepEqual(await imageStates(guest), before.images);
    t.is(await keptFiles(guest), '600 docker-thinpool/containers.json\n600 docker-thinpool/containers.txt\n');
    t.is(await must(guest, 'stat -c %a /var/lib/dmtool/images/docker-thinpool'), '700\n');
    t.like((await dmtoolJson(guest, setup)).document, { outcome: 'nothing-to-do', exitCode: 0 });

    t.deepEqual(await containers(guest), []);
    await must(guest, 'sh -eu /var/lib/dmtool/images/docker-thinpool/containers.txt');
    t.deepEqual(await containers(guest), [
      { name: 'later', image: 'alone:1', state: 'created' },
      { name: 'many', image: 'third:3', state: 'created' },
      { name: 'web', image: 'first:1', state: 'running' },
    ]);
    t.is(await must(guest, 'docker exec web cat /data/web; docker start -a later'), "of web\nit's a  b\n/data\n");

    // Every setting that Docker knows of it is as it was.
    t.deepEqual(await inspectMany(guest), told);

    const back = await dmtool(guest, ['teardown', '--yes']);
    t.is(back.exitCode, 0, back.stderr);
    t.deepEqual(await imageStates(guest), before.images);
    t.deepEqual((await dockerState(guest)).containers, before.docker.containers);
    t.is(await tracesOf(guest), '');
  },
);

test.serial(
  'without --keep-images it says which images Docker will not see; untagged ones never come along',
  async (t) => {
    t.timeout(20 * 60_000);
    if (isHost) return t.pass('the host’s own Docker is left alone');
    await using guest = await bootWithImages();
    await must(
      guest,
      'docker create --network none --name last third:3 sh; docker tag box:1 third:3; docker tag box:1 third:latest',
    );
    const plain = await dmtoolJson(guest, ['setup', '--device', diskOf(guest), '--dry-run']);
    const notes = JSON.stringify(plain.document);
    t.regex(notes, /6 images: [^"]*first:1[^"]* \(--keep-images takes them over\)/);
    const keeping = ['setup', '--device', diskOf(guest), '--keep-images', '--dry-run'];
    const kept = await dmtoolJson(guest, keeping);
    t.regex(
      JSON.stringify(kept.document),
      /not kept: image [0-9a-f]{12}, which has no tag, though last is made from it: /,
    );
    const script = (await dmtool(guest, keeping)).stdout;
    t.regex(script, /\ndocker save --output \S+\/images\.tar\.partial -- alone:1 box:1 /);
    t.regex(script, /\ndocker load --quiet --input \S+\/images\.tar\n/);
  },
);

test.serial(
  'too little room, an unfit directory, or a Docker that is stopped: refused before any change',
  async (t) => {
    t.timeout(20 * 60_000);
    if (isHost) return t.pass('the host’s own Docker is left alone');
    await using guest = await bootWithImages();
    await must(guest, 'mkdir /srv/small; mount -t tmpfs -o size=2m none /srv/small; touch /srv/file');
    const setup = ['setup', '--device', diskOf(guest), '--yes', '--keep-images'];
    const before = await dockerHostState(guest);
    const refusals = async (...flags: readonly string[]) => {
      const { exitCode, document } = await dmtoolJson(guest, [...setup, ...flags]);
      t.is(exitCode, 3);
      t.is(await dockerHostState(guest), before);
      return (document.refusals ?? []).map(({ code, subject }) => ({ code, subject }));
    };
    const small = { code: 'no-room', subject: '/srv/small/docker-thinpool' };
    t.deepEqual(await refusals('--images-dir', '/srv/small'), [small]);
    t.deepEqual(await refusals('--images-dir', '/srv/file'), [{ code: 'directory-unfit', subject: '/srv/file' }]);
    const inside = '/var/lib/docker/tmp';
    t.deepEqual(await refusals('--images-dir', inside), [{ code: 'directory-unfit', subject: inside }]);
    t.is(await must(guest, 'find /srv/small -mindepth 1; ls -A /var/lib/dmtool 2> /dev/null || :'), '');

    await stopDocker(guest);
    const silent = await dmtoolJson(guest, setup);
    t.is(silent.exitCode, 3);
    t.is(silent.document.refusals?.[0]?.code, 'docker-stopped');
    await startDocker(guest);
  },
);
