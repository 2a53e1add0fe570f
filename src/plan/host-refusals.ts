import type { Host } from '../model/host.ts';
import type { VolumeGroup } from '../model/lvm.ts';
import { installRemedy, PROBE_PROGRAMS, SETUP_PROGRAMS } from '../tools/programs.ts';
import type { Refusal } from './refusal.ts';

// What stands against any command that changes something.

/** Without root or LVM nothing was really looked at: no word about it is better than a wrong one. */
export const hasLooked = (host: Host): boolean =>
  host.isRoot && PROBE_PROGRAMS.every((name) => host.programs.includes(name));

/** Only root may look and change. */
export const refuseUser = (host: Host): Refusal[] =>
  host.isRoot
    ? []
    : [
        {
          code: 'not-root',
          subject: 'user',
          reason: 'only root may read and change disks',
          remedy: 'run it again with sudo',
        },
      ];

/** Programs that are needed and missing. */
export function refusePrograms(host: Host, needed: readonly string[] = SETUP_PROGRAMS): Refusal[] {
  const thinCheck = host.lvm.thinCheckExecutable;
  const missing = needed
    .filter((name) => !host.programs.includes(name))
    .filter(
      // LVM runs the check that its configuration names; an empty name switches it off.
      (name) => name !== 'thin_check' || thinCheck !== '',
    );
  return missing.map(missingProgram);
}

/** One that is not there, and how to get it. */
export const missingProgram = (name: string): Refusal => ({
  code: 'missing-program',
  subject: name,
  reason: 'this program is needed and was not found',
  remedy: installRemedy(name),
});

/** Without the target there is no pool of any kind. */
export const refuseKernel = (host: Host): Refusal[] =>
  host.thinPoolTarget
    ? []
    : [
        {
          code: 'no-thin-pool-target',
          subject: 'kernel',
          reason: 'it has no thin-pool target, and no module dm_thin_pool to load',
          remedy: 'modprobe dm_thin_pool; where that fails, install the full kernel modules package',
        },
      ];

/** Nothing is planned on a VG that is not whole, or not this host's. */
export function refuseUnusableVg({ name, partial, exported }: VolumeGroup): Refusal[] {
  if (!partial && !exported) return [];
  const reason = partial ? 'a PV of it is missing' : 'it is exported';
  const remedy = partial ? 'bring the PV back first: pvs' : `vgimport ${name}`;
  return [{ code: 'vg-unusable', subject: `VG ${name}`, reason, remedy }];
}
