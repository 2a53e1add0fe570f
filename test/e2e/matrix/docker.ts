import type { Guest } from '../../lab/guest.ts';
import { bootBusyDocker, hostState } from '../crash-support/docker-host.ts';
import { stateOnPool, useThePool } from '../crash-support/docker-pool.ts';
import { startDocker } from '../support/docker.ts';
import { diskOf, must } from '../support/shell.ts';
import { bootPrepared, done } from './prepare.ts';
import type { Scenario } from './scenario.ts';

// Docker up to 24, which has the devicemapper driver.

/** It runs, or comes up on what a run has left. */
async function startEngine(guest: Guest): Promise<void> {
  if ((await guest.run(['docker', 'version'])).exitCode !== 0) await startDocker(guest);
}

const bootBusy = (prepare: (guest: Guest) => Promise<unknown> = async () => undefined): Promise<Guest> =>
  bootPrepared(['2G'], prepare, (options) => bootBusyDocker(options));

const engine = { startEngine, settings: ['/etc/docker/daemon.json'] } as const;

const state = async (guest: Guest): Promise<string> => JSON.stringify(await hostState(guest), null, 1);

export const dockerScenarios: readonly Scenario[] = [
  {
    ...engine,
    name: 'setup',
    boot: () => bootBusy(),
    argv: (guest) => ['dmtool', 'setup', '--device', diskOf(guest), '--yes'],
    state,
  },
  {
    ...engine,
    name: 'setup --loop',
    boot: () => bootBusy(),
    argv: () => ['dmtool', 'setup', '--loop', '2G', '--metadata-size', '64M', '--yes'],
    state,
  },
  {
    ...engine,
    name: 'setup --provisioner docker',
    boot: () => bootBusy(),
    argv: (guest) => ['dmtool', 'setup', '--device', diskOf(guest), '--provisioner', 'docker', '--yes'],
    state,
    // What Docker has not synced by then is gone: its own record of the pool that it has made.
    staysDown: { after: /^service docker start$/, says: /already part of a volume group "docker"/ },
  },
  {
    ...engine,
    name: 'teardown of Docker',
    boot: () => bootBusy(useThePool),
    argv: () => ['dmtool', 'teardown', '--yes'],
    state: async (guest) => JSON.stringify(await stateOnPool(guest), null, 1),
    // Its data are aside, and daemon.json names the pool still.
    staysDown: {
      after: /^rename .* \/etc\/docker\/daemon\.json$/,
      says: /Unable to take ownership of thin-pool .* already has used data blocks/,
    },
  },
  {
    ...engine,
    name: 'cleanup',
    boot: () =>
      bootBusy(async (guest) => {
        await done(guest, ['setup', '--device', diskOf(guest)]);
      }),
    argv: () => ['dmtool', 'cleanup', '--yes'],
    state: async (guest) =>
      `${await must(guest, 'ls -A /var/lib /var/lib/docker /etc/docker; ls -A /var/lib/dmtool 2> /dev/null || true')}`,
  },
];
