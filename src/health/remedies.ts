import { MIB } from '../units/quantity.ts';
import type { PoolReport, Usage } from './pool-report.ts';

/** Where the kernel says why a pool is as it is. */
export const KERNEL_LOG = "dmesg | grep 'device-mapper: '";

/** Makes a pool larger by what is there for it, or else by a disk that has yet to be found. */
export function growCommand({ kind, name, vg, data }: PoolReport): string {
  if (kind !== 'lvm') return `dmtool resize +${fifthInMib(data)}M --pool ${name}`;
  return vg !== null && vg.freeBytes > 0n
    ? `dmtool resize +100%FREE --pool ${name}`
    : `dmtool resize --pool ${name} --device /dev/NEW`;
}

const fifthInMib = (data: Usage | null): bigint => (data?.totalBytes ?? 5n * MIB) / 5n / MIB;

/** Clears or repairs metadata that need it, and takes everybody off the pool meanwhile. */
export const repairCommand = ({ name }: PoolReport): string => `dmtool repair --pool ${name}`;
