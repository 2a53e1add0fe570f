import { writeFile } from 'node:fs/promises';
import type { BootOptions, Guest } from './guest.ts';

/** So many thin devices on one pool. */
export const DEVICES = 10_000;
const DEVICE_SECTORS = 2048;
const BLOCK_SECTORS = 128;

/** Metadata of a pool in which each device has one block, in thin_restore's form. */
function poolMetadata(): string {
  const device = (id: number): string =>
    `<device dev_id="${id}" mapped_blocks="1" transaction="0" creation_time="0" snap_time="0"><single_mapping origin_block="0" data_block="${id}" time="0"/></device>`;
  const devices = Array.from({ length: DEVICES }, (_, id) => device(id));
  return `<superblock uuid="" time="0" transaction="1" data_block_size="${BLOCK_SECTORS}" nr_data_blocks="${DEVICES}">${devices.join('\n')}</superblock>`;
}

/** Docker's name of a device: as long as a real one. */
const nameOf = (id: number): string => id.toString(16).padStart(64, '0');

/** What Docker would have written about them, as a shell script's input: `NAME CONTENT` lines. */
const records = (): string =>
  Array.from(
    { length: DEVICES },
    (_, id) =>
      `${nameOf(id)} {"device_id":${id},"size":${DEVICE_SECTORS * 512},"transaction_id":${id},"initialized":false,"deleted":false}`,
  ).join('\n');

/** So many in one line: the kernel takes no longer argument than 128 KiB. */
const DEVICES_A_LINE = 500;

/** Tables of all devices in dmsetup's concise form, a call in each line. */
function concise(): string {
  const table = (id: number): string =>
    `docker-0:0-0-${nameOf(id)},,,rw,0 ${DEVICE_SECTORS} thin /dev/mapper/pool ${id}`;
  const line = (_: unknown, index: number): string =>
    Array.from({ length: DEVICES_A_LINE }, (_, offset) => table(index * DEVICES_A_LINE + offset)).join(';');
  return Array.from({ length: DEVICES / DEVICES_A_LINE }, line).join('\n');
}

/** udev would take minutes to look at every device; nobody asks it here. */
const makeScript = `set -e
killall -q systemd-udevd udevd || :
export DM_DISABLE_UDEV=1
mkdir -p /var/lib/docker/devicemapper/metadata
cd "$1"
truncate -s 128M /var/lib/meta
truncate -s ${(DEVICES * BLOCK_SECTORS) / 2048}M /var/lib/data
thin_restore -i pool.xml -o /var/lib/meta > /dev/null
dmsetup create pool --table "0 ${DEVICES * BLOCK_SECTORS} thin-pool $(losetup -f --show /var/lib/meta) $(losetup -f --show /var/lib/data) ${BLOCK_SECTORS} 0"
perl -ne 'chomp; my ($name, $text) = split / /, $_, 2; open(my $file, ">", "/var/lib/docker/devicemapper/metadata/$name") or die; print $file $text' records
while read -r line; do dmsetup create --concise "$line" > /dev/null; done < concise`;

/** What a guest needs for them. */
export const MANY_DEVICES_BOOT: BootOptions = { memory: '2G', filesystems: ['/var/lib'] };

/** Makes the pool with all its devices, active, and Docker's records of them. */
export async function makeManyDevices(guest: Guest): Promise<void> {
  const { host, guest: share } = guest.share;
  await writeFile(`${host}/pool.xml`, poolMetadata());
  await writeFile(`${host}/records`, `${records()}\n`);
  await writeFile(`${host}/concise`, `${concise()}\n`);
  const made = await guest.sh(makeScript.replaceAll('$1', share), { timeoutMs: 600_000 });
  if (made.exitCode !== 0) throw new Error(made.stderr);
}
