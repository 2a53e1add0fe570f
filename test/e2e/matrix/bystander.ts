import type { Guest } from '../../lab/guest.ts';
import { must } from '../support/shell.ts';

const make = `
pvcreate --quiet "$1"; vgcreate --quiet bystander "$1"; lvcreate --quiet --yes --name data --size 16M bystander
mkfs.ext4 -q /dev/bystander/data; mkdir /run/bystander; mount /dev/bystander/data /run/bystander
head -c 4M /dev/urandom > /run/bystander/file; umount /run/bystander; rmdir /run/bystander`;

/** Somebody else's VG, with a filesystem, on a disk of its own. */
export const makeBystander = (guest: Guest, disk: string): Promise<string> => must(guest, make, disk);

const look = `
suspended=$(dmsetup info --columns --noheadings --options name,suspended | grep Suspended || true)
if [ -n "$suspended" ]; then echo "suspended: $suspended"; exit; fi
vgchange --quiet --activate y bystander > /dev/null
head -c 1M "$1" | sha256sum; sha256sum < /dev/bystander/data; vgs --noheadings -o vg_uuid,vg_size,vg_free,lv_count bystander`;

/** All of it, by checksum; or which devices are suspended, before LVM waits for one of them. */
export const bystander = (guest: Guest, disk: string): Promise<string> => must(guest, look, disk);
