import type { Guest } from '../../lab/guest.ts';
import { must } from './shell.ts';

// A disk that is there only some seconds after everything else: until then LVM sees nothing of it.

const units = '/etc/systemd/system';

const lateUnit = (disk: string): string => `[Unit]
Description=A disk that is late
DefaultDependencies=no
After=systemd-udevd.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'sleep 8; dmsetup create late --table "0 $$(blockdev --getsz ${disk}) linear ${disk} 0"'
`;

const mapLate = 'dmsetup create late --table "0 $(blockdev --getsz "$1") linear $1 0"';

/** The disk is there as /dev/mapper/late, now and, some seconds late, after every boot; by its own name nobody sees it. */
export async function makeLate(guest: Guest, disk: string): Promise<void> {
  await guest.writeFile(`${units}/late-disk.service`, lateUnit(disk));
  await must(
    guest,
    `mkdir -p ${units}/sysinit.target.wants ${units}/basic.target.wants
    ln -s ${units}/late-disk.service ${units}/basic.target.wants/
    echo "devices { global_filter = [ \\"r|^${disk}$|\\" ] }" >> /etc/lvm/lvm.conf
    ${mapLate}`,
    disk,
  );
}

/** From the next boot on the disk does not come at all. */
export const keepAway = (guest: Guest): Promise<string> =>
  must(guest, `rm ${units}/basic.target.wants/late-disk.service`);

/** Somebody plugs it in. */
export const plugIn = (guest: Guest, disk: string): Promise<string> => must(guest, mapLate, disk);
