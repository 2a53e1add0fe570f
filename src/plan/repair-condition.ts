import { findVg, type Host } from '../model/host.ts';
import { findLv } from '../model/lvm.ts';
import { isShortOfMetadata, type RepairRun, runIn } from '../model/repair.ts';
import type { Answers } from './pool-condition.ts';

/** Questions about a repair: what lies in its directory, and what it takes apart and puts together again. */
export type RepairCondition =
  | { is: 'metadata-copied'; directory: string }
  | { is: 'metadata-checked'; directory: string }
  /** thin_check found nothing. */
  | { is: 'metadata-sound'; directory: string }
  /** They are not full. */
  | { is: 'metadata-roomy'; directory: string }
  | { is: 'metadata-mended'; directory: string; path: string }
  /** A file with new ones is there. */
  | { is: 'mended-present'; directory: string }
  /** thin_check found nothing in the new ones. */
  | { is: 'mended-sound'; directory: string }
  /** That loop device has the very file with the new ones. */
  | { is: 'mended-attached'; directory: string; path: string; device: string }
  /** What was written down as a pool's metadata begins so, read now. */
  | { is: 'recorded-metadata-begin'; poolName: string }
  /** The same of a hidden LV that is active by itself. */
  | { is: 'shown-metadata-begin'; device: string }
  | { is: 'filesystems-checked'; directory: string }
  /** The pool's metadata do not have that device: nothing brings it back. */
  | { is: 'device-lost'; directory: string; name: string }
  | { is: 'volume-present'; vg: string; lv: string }
  | { is: 'volume-active'; vg: string; lv: string }
  /** The kernel has it, well or not. */
  | { is: 'pool-present'; poolName: string }
  /** The kernel does not keep it read-only, and asks for no check. */
  | { is: 'pool-writable'; poolName: string }
  /** Its metadata are not full, as the kernel counts. */
  | { is: 'metadata-have-room'; poolName: string }
  /** So many blocks of metadata, or more, in the kernel's own words. */
  | { is: 'kernel-metadata-holds'; poolName: string; metadataBlocks: bigint }
  | { is: 'thin-present'; name: string }
  | { is: 'loop-attached'; device: string; file: string };

const run = ({ repair }: Host, directory: string): RepairRun | undefined =>
  repair === null ? undefined : runIn(repair, directory);

const lvOf = (host: Host, { vg, lv }: { vg: string; lv: string }) => findLv(findVg(host, vg), lv);

const kernelPool = ({ thinPools }: Host, poolName: string) =>
  thinPools.find(({ name }) => name === poolName || name === `${poolName}-tpool`);

/** How each is answered. */
export const repairAnswers: Answers<RepairCondition> = {
  'metadata-copied': (host, { directory }) => run(host, directory)?.isCopied === true,
  'metadata-checked': (host, { directory }) => run(host, directory)?.check != null,
  'metadata-sound': (host, { directory }) => run(host, directory)?.check?.isSound === true,
  'metadata-roomy': (host, { directory }) => run(host, directory)?.check?.isFull === false,
  'metadata-mended': (host, { directory, path }) => run(host, directory)?.mendedPath === path,
  'mended-present': (host, { directory }) => run(host, directory)?.mendedPath != null,
  'mended-sound': (host, { directory }) => run(host, directory)?.isMendedSound === true,
  'mended-attached': (host, { directory, path, device }) => {
    const found = run(host, directory);
    return found?.mendedPath === path && found.mendedOn.includes(device);
  },
  'recorded-metadata-begin': ({ activation }, { poolName }) =>
    activation?.parts.some(({ name, metadata }) => name === poolName && metadata.beginsAsMetadata) === true,
  'shown-metadata-begin': ({ repair }, { device }) => repair?.beginnings.includes(device) === true,
  'filesystems-checked': (host, { directory }) => run(host, directory)?.filesystems != null,
  'device-lost': (host, { directory, name }) =>
    run(host, directory)?.filesystems?.some((each) => each.name === name && each.verdict === 'lost') === true,
  'volume-present': (host, condition) => lvOf(host, condition) !== undefined,
  'volume-active': (host, condition) => lvOf(host, condition)?.active === true,
  'pool-present': (host, { poolName }) => kernelPool(host, poolName)?.table != null,
  'pool-writable': (host, { poolName }) => {
    const status = kernelPool(host, poolName)?.status;
    return status?.state === 'working' && status.mode !== 'ro' && !status.needsCheck;
  },
  'metadata-have-room': (host, { poolName }) => {
    const status = kernelPool(host, poolName)?.status;
    return status?.state === 'working' && !isShortOfMetadata(status.usedMetadataBlocks, status.totalMetadataBlocks);
  },
  'kernel-metadata-holds': (host, { poolName, metadataBlocks }) => {
    const status = kernelPool(host, poolName)?.status;
    return status?.state === 'working' && status.totalMetadataBlocks >= metadataBlocks;
  },
  'thin-present': ({ thinDevices }, { name }) => thinDevices.some((thin) => thin.name === name),
  'loop-attached': ({ repair }, { device, file }) =>
    repair?.loops.some((loop) => loop.device === device && loop.file === file) === true,
};
