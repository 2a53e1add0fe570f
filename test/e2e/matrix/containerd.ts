import type { Guest } from '../../lab/guest.ts';
import { bootContainerd, startContainerd } from '../support/containerd.ts';
import { diskOf, must } from '../support/shell.ts';
import { bootPrepared, done } from './prepare.ts';
import type { Scenario } from './scenario.ts';

// containerd's devmapper snapshotter, under systemd.

/** All of containerd's that is not its containers, LVM, and mapped devices. */
const state = (guest: Guest): Promise<string> =>
  must(
    guest,
    `for file in /etc/containerd/*; do stat -c '%n %a %U' "$file"; sha256sum "$file"; done; find /etc/systemd/system | sort
    ls -A /var/lib/containerd | grep -v content; ls -A /var/lib /etc/lvm/profile; ls -A /var/lib/dmtool 2> /dev/null || true
    systemctl show --property=After,Requires --value containerd.service | tr ' ' '\\n' | sort; systemctl is-active containerd.service || true
    ctr plugins ls | grep devmapper || true; dmsetup ls | cut -f 1 | sort; losetup --list --noheadings --output BACK-FILE
    lvs --noheadings -o lv_name,lv_attr,lv_size,lv_profile,lv_tags; pvs --noheadings -o pv_name,vg_name`,
  );

const bootIdle = (prepare: (guest: Guest) => Promise<unknown> = async () => undefined): Promise<Guest> =>
  bootPrepared(
    ['1G'],
    async (guest) => {
      await startContainerd(guest);
      await prepare(guest);
    },
    (options) => bootContainerd({ init: 'systemd', ...options }),
  );

const onDisk = (guest: Guest): string[] => ['--engine', 'containerd', '--device', diskOf(guest)];
const onFiles = ['--engine', 'containerd', '--loop', '1G', '--metadata-size', '16M'];
const engine = { startEngine: startContainerd, settings: ['/etc/containerd/config.toml'], state } as const;

export const containerdScenarios: readonly Scenario[] = [
  {
    ...engine,
    name: 'setup --engine containerd',
    boot: () => bootIdle(),
    argv: (guest) => ['dmtool', 'setup', ...onDisk(guest), '--yes'],
  },
  {
    ...engine,
    name: 'setup --engine containerd --loop',
    boot: () => bootIdle(),
    argv: () => ['dmtool', 'setup', ...onFiles, '--yes'],
  },
  {
    ...engine,
    name: 'teardown of containerd',
    boot: () => bootIdle((guest) => done(guest, ['setup', ...onDisk(guest)])),
    argv: () => ['dmtool', 'teardown', '--yes'],
  },
  {
    ...engine,
    name: 'teardown --loop of containerd',
    boot: () => bootIdle((guest) => done(guest, ['setup', ...onFiles])),
    argv: () => ['dmtool', 'teardown', '--loop', '--yes'],
  },
];
