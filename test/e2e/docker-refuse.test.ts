import test from 'ava';
import { assertBlank } from './crash-support/machine.ts';
import { importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, startDocker } from './support/docker.ts';
import { dockerHostState } from './support/docker-host.ts';
import { diskOf, dmtoolJson, must } from './support/shell.ts';

// What stands against putting Docker on a pool is told before anything is changed, and Docker does not notice.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const config = '/etc/docker/daemon.json';

interface Case {
  readonly title: string;
  /** What is done to the host, and how it is taken back. */
  readonly make: string;
  readonly clear: string;
  readonly code: string;
  readonly exitCode?: number;
  readonly said: RegExp;
}

const cases: readonly Case[] = [
  {
    title: 'a daemon.json that is no JSON',
    make: `cp -p ${config} /tmp/kept; printf '{\\n  "iptables": false,\\n  "bridge": "none"\\n  "debug": true\\n}\\n' > ${config}`,
    clear: `cp -p /tmp/kept ${config}`,
    code: 'config-malformed',
    said: /daemon\.json, line 4, column 3/,
  },
  {
    title: 'a daemon.json that names a key twice',
    make: `cp -p ${config} /tmp/kept; printf '{"storage-driver": "overlay2",\\n "storage-driver": "vfs"}' > ${config}`,
    clear: `cp -p /tmp/kept ${config}`,
    code: 'config-malformed',
    said: /line 2, column 2\S* .*twice/,
  },
  {
    title: 'a Docker that reaches pools through containerd, where nobody starts that',
    make: `printf '#!/bin/sh\\necho Docker version 26.1.5, build a72d7cd\\n' > /tmp/dockerd; chmod +x /tmp/dockerd
      mount --bind /tmp/dockerd /usr/sbin/dockerd`,
    clear: 'umount /usr/sbin/dockerd',
    code: 'containerd-unmanaged',
    said: /containerd\.service systemd does not know it.* --engine none/,
  },
  {
    title: 'no Docker at all',
    make: 'mv /usr/sbin/dockerd /usr/sbin/dockerd.away',
    clear: 'mv /usr/sbin/dockerd.away /usr/sbin/dockerd',
    code: 'missing-program',
    exitCode: 5,
    said: /dockerd .*not installed.* --engine none/,
  },
  {
    title: 'a member of a swarm',
    make: 'echo {} > /var/lib/docker/swarm/docker-state.json',
    clear: 'rm /var/lib/docker/swarm/docker-state.json',
    code: 'swarm-member',
    said: /docker swarm leave, .*--set-swarm-aside/,
  },
  {
    title: 'somebody’s filesystem below the data root',
    make: `mkdir /var/lib/theirs /var/lib/docker/volumes/theirs
      mount --bind /var/lib/theirs /var/lib/docker/volumes/theirs`,
    clear: 'umount /var/lib/docker/volumes/theirs; rmdir /var/lib/theirs /var/lib/docker/volumes/theirs',
    code: 'data-root-busy',
    said: /\/var\/lib\/docker\/volumes\/theirs .*umount/,
  },
  {
    title: 'a storage driver in Docker’s defaults',
    make: `cp /etc/default/docker /tmp/default; echo 'DOCKER_OPTS="-s overlay2"' >> /etc/default/docker`,
    clear: 'cp /tmp/default /etc/default/docker',
    code: 'option-conflict',
    said: /\/etc\/default\/docker .*storage-driver to overlay2/,
  },
  {
    title: 'a storage option there',
    make: `cp /etc/default/docker /tmp/default; echo 'DOCKER_OPTS="--storage-opt=dm.basesize=20G"' >> /etc/default/docker`,
    clear: 'cp /tmp/default /etc/default/docker',
    code: 'option-conflict',
    said: /\/etc\/default\/docker .*storage-opts to dm\.basesize=20G/,
  },
  {
    title: 'the variable that overrides daemon.json',
    make: `cp /etc/default/docker /tmp/default; echo 'export DOCKER_DRIVER=overlay2' >> /etc/default/docker`,
    clear: 'cp /tmp/default /etc/default/docker',
    code: 'option-conflict',
    said: /\/etc\/default\/docker .*overlay2/,
  },
];

test('each reason is named with its remedy, and nothing is changed', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['512M'] });
  await startDocker(guest);
  await importBusybox(guest);
  await runContainer(guest, 'web');
  const setup = ['setup', '--device', diskOf(guest)];
  for (const { title, make, clear, code, exitCode = 3, said } of cases) {
    await must(guest, make);
    const before = await dockerHostState(guest);
    const answer = await dmtoolJson(guest, [...setup, '--yes']);
    t.is(await dockerHostState(guest), before, title);
    await must(guest, clear);
    const { refusals = [] } = answer.document;
    t.deepEqual(
      [answer.exitCode, ...refusals.map((each) => each.code)],
      [exitCode, code],
      `${title}: ${answer.stdout}`,
    );
    t.regex(refusals.map((each) => Object.values(each).slice(1).join(' ')).join('\n'), said, title);
  }
  // All reasons at once, not the first.
  const [first, second] = [cases[0] as Case, cases[2] as Case];
  await must(guest, `${first.make}\n${second.make}`);
  const both = await dmtoolJson(guest, [...setup, '--yes']);
  t.deepEqual(both.document.refusals?.map(({ code }) => code).toSorted(), ['config-malformed', 'containerd-unmanaged']);
  await must(guest, `${second.clear}\n${first.clear}`);

  await assertBlank(t, guest);
  // Agreed to, a swarm's state is no obstacle; and nothing else is in the way.
  await must(guest, 'echo {} > /var/lib/docker/swarm/docker-state.json');
  const agreed = await dmtoolJson(guest, [...setup, '--set-swarm-aside', '--dry-run']);
  t.like(agreed.document, { outcome: 'planned', exitCode: 0 });
});
