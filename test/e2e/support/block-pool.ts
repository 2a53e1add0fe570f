import type { Guest } from '../../lab/guest.ts';
import { must } from './shell.ts';

export const POOL = 'devpool';
export const VOLUME = '/dev/mapper/vol';

const make = `
pvcreate --quiet "$1"
vgcreate --quiet store "$1"
lvcreate --quiet --yes --name data --size "$2" store
lvcreate --quiet --yes --name metadata --size "$3" store
data=/dev/mapper/store-data
dmsetup create "$4" --table "0 $(blockdev --getsz $data) thin-pool /dev/mapper/store-metadata $data 128 0 1 skip_block_zeroing"
dmsetup message "$4" 0 'create_thin 0'
dmsetup create vol --table "0 $((1 << 21)) thin /dev/mapper/$4 0"`;

/**
 * A pool on two block devices that somebody can enlarge, as containerd's documents and dm.datadev make it: linear LVs, of
 * which LVM knows, and on them a pool of which it does not. And a thin volume of 1 GiB: /dev/mapper/vol.
 */
export const makeBlockPool = (guest: Guest, disk: string, dataSize: string, metadataSize: string): Promise<string> =>
  must(guest, make, disk, dataSize, metadataSize, POOL);

/** What the operator does first: the device itself, under the running pool. */
export const enlarge = (guest: Guest, part: 'data' | 'metadata', size: string): Promise<string> =>
  must(guest, 'lvextend --quiet --size "$1" "store/$2"', size, part);

/** 8 MiB behind the blocks of a writer. @returns a question for their checksum, as the devices have them */
export async function writeContent(guest: Guest): Promise<() => Promise<string>> {
  const write = 'yes dmtool | head -c 8M | dd of="$1" bs=64k seek=256 iflag=fullblock oflag=direct conv=fsync';
  await must(guest, write, VOLUME);
  return () => must(guest, 'dd if="$1" bs=64k skip=256 count=128 iflag=direct | cksum', VOLUME);
}

/** Which of the mapped devices are suspended; asked first, because LVM waits for ever for one that stands on them. */
export const suspensions = (guest: Guest): Promise<string> =>
  must(guest, 'dmsetup info --columns --noheadings --options name,suspended | grep Suspended || true');

/** What a resize could leave different: tables, what is suspended or half loaded, modes, LVs and records. */
export const blockPoolState = (guest: Guest): Promise<string> =>
  must(
    guest,
    `dmsetup table; dmsetup info --columns --noheadings --options name,suspended,tables_loaded
    dmsetup status --noflush "$1" | cut -d ' ' -f 3,8-; lvs --noheadings -o lv_name,lv_size store
    ls -A /var/lib/dmtool 2> /dev/null || true`,
    POOL,
  );

/** Blocks of data and of metadata, as the kernel counts them: `4096 1024`. */
export const poolBlocks = async (guest: Guest): Promise<string> =>
  (
    await must(guest, 'dmsetup status --noflush "$1" | sed -E "s,.* [0-9]+/([0-9]+) [0-9]+/([0-9]+) .*,\\2 \\1,"', POOL)
  ).trim();
