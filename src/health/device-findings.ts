import type { Examination } from '../model/examination.ts';
import type { ActiveThin } from '../model/pool-device.ts';
import { shellLine } from '../tools/shell-line.ts';
import { type Bytes, bytes, sectorsToBytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import type { Finding } from './finding.ts';
import type { PoolReport } from './pool-report.ts';

/** What is wrong with the thin devices on pools. */
export const deviceFindings = (
  { active, daemonPid, commands }: Pick<Examination, 'active' | 'daemonPid' | 'commands'>,
  pools: readonly PoolReport[],
): Finding[] =>
  pools.flatMap((pool) => {
    const names = [pool.device, `${pool.device}-tpool`].map((device) => device.replace('/dev/mapper/', ''));
    const devices = active.filter(({ poolName }) => names.includes(poolName));
    return [
      ...overcommit(pool, devices),
      ...secondRoot(pool, devices),
      ...devices.flatMap((device) => leaks(pool, device, daemonPid, commands)),
    ];
  });

function overcommit({ name, data, vg }: PoolReport, devices: readonly ActiveThin[]): Finding[] {
  const ids = new Map(devices.map(({ id, lengthSectors }) => [id, lengthSectors]));
  const virtualBytes = bytes([...ids.values()].reduce((sum, length) => sum + sectorsToBytes(length), 0n));
  const realBytes = bytes((data?.totalBytes ?? 0n) + (vg?.freeBytes ?? 0n));
  if (data === null || virtualBytes <= realBytes) return [];
  const text = `its active thin volumes have ${formatSize(virtualBytes)} in all, and it and its VG ${formatSize(realBytes as Bytes)}`;
  return [
    {
      code: 'DM126',
      state: 'INFO',
      pool: name,
      text,
      remedy: 'dmtool device list',
      facts: { virtualBytes, realBytes },
    },
  ];
}

/** Docker names a device after the directory of its data root: docker-MAJOR:MINOR-INODE-ID. */
const ROOT = /^(docker-\d+:\d+-\d+)-/;

function secondRoot({ name }: PoolReport, devices: readonly ActiveThin[]): Finding[] {
  const roots = [...new Set(devices.flatMap((device) => ROOT.exec(device.name)?.[1] ?? []))];
  if (roots.length < 2) return [];
  const text = `devices of ${roots.length} data roots are on it (${roots.join(', ')}): each daemon overwrites what the other has`;
  const remedy = 'pgrep -a dockerd';
  return [{ code: 'DM130', state: 'CRITICAL', pool: name, text, remedy, facts: { roots: roots.join(' ') } }];
}

/** What neither the host nor the daemon sees mounted is nobody's any more, except the process's that has it. */
function leaks(
  { name }: PoolReport,
  device: ActiveThin,
  daemonPid: number | null,
  commands: Examination['commands'],
): Finding[] {
  if (!ROOT.test(device.name) || device.mounts.some(({ pid }) => pid === null || pid === daemonPid)) return [];
  return device.mounts.map(({ mountPoint, pid }) => {
    const command = commands.get(pid as number) ?? 'gone';
    return {
      code: 'DM132',
      state: 'WARNING',
      pool: name,
      text: `${device.name} is mounted on ${mountPoint} in the view of process ${pid} (${command}) alone, and can't be removed`,
      remedy: shellLine(['nsenter', '--target', String(pid), '--mount', 'umount', mountPoint]),
      facts: { device: device.name, mountPoint, pid: pid as number, command },
    };
  });
}
