import { boot } from '../../lab/boot.ts';
import { LabFailure } from '../../lab/errors.ts';
import type { BootOptions, Guest } from '../../lab/guest.ts';
import { dmtool } from '../support/shell.ts';

/** The size of the bystander's disk, which is a guest's last. */
export const BYSTANDERS = '64M';

/** A guest with these disks and the bystander's, made ready. */
export async function bootPrepared(
  disks: readonly string[],
  prepare: (guest: Guest) => Promise<unknown>,
  bootGuest: (options: BootOptions) => Promise<Guest> = boot,
): Promise<Guest> {
  const guest = await bootGuest({ disks: [...disks, BYSTANDERS] });
  try {
    await prepare(guest);
    return guest;
  } catch (error) {
    await guest.close();
    throw error;
  }
}

/** A command that has to go well, or what follows would prove nothing. */
export async function done(guest: Guest, args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await dmtool(guest, [...args, '--yes']);
  if (exitCode !== 0) throw new LabFailure(`dmtool ${args.join(' ')}: exit ${exitCode}\n${stderr}`);
}

/** 4 MiB that nobody has guessed, on the thin device `vol`. */
export const FILL = 'head -c 4M /dev/urandom | dd of=/dev/mapper/vol bs=1M oflag=direct status=none';

/** Their checksum; the device is made again after a reboot, on the pool $1. */
export const SUM = `dmsetup info vol > /dev/null 2>&1 || dmsetup create vol --table "0 65536 thin /dev/mapper/$1 0"
dd if=/dev/mapper/vol bs=1M count=4 iflag=direct status=none | sha256sum`;
