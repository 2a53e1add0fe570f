import type { Guest } from '../../lab/guest.ts';
import { bootDocker26, startEngines } from '../support/containerd-store.ts';
import { dockerState, importBusybox, runContainer } from '../support/containers.ts';
import { diskOf, must } from '../support/shell.ts';
import { bootPrepared, done } from './prepare.ts';
import type { Scenario } from './scenario.ts';

// Docker 26 on Debian 13, which reaches the pool through containerd.

/** Both engines, their files, LVM and mapped devices. */
const state = async (guest: Guest): Promise<string> =>
  JSON.stringify(await dockerState(guest)) +
  (await must(
    guest,
    `for file in /etc/docker/* /etc/containerd/*; do stat -c '%n %a %U' "$file"; sha256sum "$file"; done; find /etc/systemd/system | sort
    ls -A /var/lib /var/lib/docker /etc/lvm/profile; ls -A /var/lib/dmtool 2> /dev/null || true; ls /var/lib/containerd | grep -v content
    systemctl show --property=After,Requires --value containerd.service docker.service | tr ' ' '\\n' | sort
    ctr plugins ls | grep devmapper || true; ctr -n moby images ls -q; dmsetup ls | cut -f 1 | sort; pvs --noheadings -o pv_name,vg_name`,
  ));

const bootBusy = (prepare: (guest: Guest) => Promise<unknown> = async () => undefined): Promise<Guest> =>
  bootPrepared(
    ['1G'],
    async (guest) => {
      await startEngines(guest);
      await importBusybox(guest);
      await runContainer(guest, 'old', { restart: 'always', volume: 'data' });
      await prepare(guest);
    },
    (options) => bootDocker26({ init: 'systemd', ...options }),
  );

const setup = (guest: Guest): string[] => ['setup', '--device', diskOf(guest), '--base-size', '128M'];
const engine = {
  startEngine: startEngines,
  settings: ['/etc/docker/daemon.json', '/etc/containerd/config.toml'],
  state,
} as const;

export const storeScenarios: readonly Scenario[] = [
  {
    ...engine,
    name: 'setup, Docker 26',
    boot: () => bootBusy(),
    argv: (guest) => ['dmtool', ...setup(guest), '--yes'],
  },
  {
    ...engine,
    name: 'teardown of Docker 26',
    boot: () => bootBusy((guest) => done(guest, setup(guest))),
    argv: () => ['dmtool', 'teardown', '--yes'],
  },
];
