import type { Host } from '../model/host.ts';
import { parseThinPools, statusCommand, tableCommand } from '../tools/dmsetup.ts';
import { fullreport } from '../tools/lvm-commands.ts';
import { parseFullReport } from '../tools/lvm-report.ts';
import { kernelPath } from './devices.ts';
import type { Launcher } from './launcher.ts';
import { read } from './run.ts';
import { hasDmDevices, isSuspended } from './sysfs.ts';

/** LVM's report and the kernel's thin pools: all that changes from one step to the next. */
export async function probePools(
  launcher: Launcher,
): Promise<Pick<Host, 'physicalVolumes' | 'volumeGroups' | 'thinPools'>> {
  const report = await read(fullreport(), launcher);
  const thinPools = await probeKernelPools(launcher);
  const { volumeGroups, physicalVolumes } = parseFullReport(report);
  return {
    volumeGroups,
    physicalVolumes: physicalVolumes.map((pv) => ({ ...pv, path: kernelPath(pv.path) })),
    thinPools,
  };
}

/** The kernel's thin pools alone: this never waits, whatever state they are in. */
export async function probeKernelPools(launcher: Launcher, deadlineMs?: number): Promise<Host['thinPools']> {
  if (!hasDmDevices()) return [];
  const statuses = await read(statusCommand(), launcher, deadlineMs);
  return parseThinPools(await read(tableCommand(), launcher, deadlineMs), statuses, isSuspended);
}
