import type { BackingDevice } from '../../../src/model/backing-device.ts';
import { fileContent, type Host } from '../../../src/model/host.ts';
import { dmName, type LogicalVolume } from '../../../src/model/lvm.ts';
import type { RawPart } from '../../../src/model/raw-pool.ts';
import { type RepairRun, runIn } from '../../../src/model/repair.ts';
import type { ThinPoolStatus } from '../../../src/model/thin-pool.ts';
import type { RepairAction } from '../../../src/plan/step.ts';
import { parseThinPoolTable } from '../../../src/tools/dmsetup.ts';
import { parseRawPools, RAW_POOLS_PATH } from '../../../src/tools/raw-pools.ts';
import { bytes, GIB, MIB } from '../../../src/units/quantity.ts';
import { blockDevice, loopDevice, loopFile } from '../growing-hosts.ts';
import { kernelPool, logicalVolume } from '../hosts.ts';
import { changeVg, lvNamed, operands, option, refuse, split, vgNamed } from './common.ts';

/** What nobody sees of a pool's metadata before thin_check looks. */
export interface Illness {
  isSound: boolean;
  isFull: boolean;
  isFlagged: boolean;
  /** Their first block holds nothing. */
  isBlank?: boolean;
  /** Thin volumes that they have no more. */
  lost?: readonly string[];
  /** Where they can be read while nobody uses them. */
  device: string;
  /** Of a pool without LVM: which file each loop device has, and which files thin_repair wrote. */
  files?: { attached: Readonly<Record<string, string>>; mended: readonly string[] };
}

/** A host whose one pool may be ill. */
export type IllHost = Host & { illness: Illness };

export const isIll = (host: Host): host is IllHost => 'illness' in host;

/** What is seen of a pool on files: what was written down of it, what is attached, and what it stands on. */
export function observeFiles(host: Host): Host {
  if (!isIll(host) || host.illness.files === undefined) return host;
  const { attached } = host.illness.files;
  const rawPools = parseRawPools(fileContent(host, RAW_POOLS_PATH));
  const deviceOf = ({ path, loop }: RawPart): string | null =>
    loop === null ? path : (Object.keys(attached).find((device) => attached[device] === path) ?? null);
  const parts = rawPools.map(({ name, data, metadata }) => ({
    name,
    data: { sizeBytes: bytes(2n * GIB), device: deviceOf(data), beginsAsMetadata: false, freeBytes: bytes(0n) },
    metadata: {
      sizeBytes: bytes(64n * MIB),
      device: deviceOf(metadata),
      beginsAsMetadata: !host.illness.isBlank,
      freeBytes: bytes(0n),
    },
  }));
  const backingDevices = host.thinPools.flatMap(({ table }) => [
    backing(table?.dataDevice ?? '', attached, 2n * GIB),
    backing(table?.metadataDevice ?? '', attached, 64n * MIB),
  ]);
  const activation = { parts, freeLoops: [], dockerLog: [], containerdLog: [] };
  const repair = host.repair && {
    ...host.repair,
    loops: loopsOf(attached),
    runs: withLoops(host.repair.runs, attached),
  };
  return { ...host, rawPools, activation, backingDevices, repair };
}

type Attached = Readonly<Record<string, string>>;

const loopsOf = (attached: Attached) =>
  Object.entries(attached)
    .map(([device, file]) => ({ device, file }))
    .toSorted((one, other) => one.device.localeCompare(other.device));

const withLoops = (runs: readonly RepairRun[], attached: Attached): RepairRun[] =>
  runs.map((run) => ({ ...run, mendedOn: Object.keys(attached).filter((each) => attached[each] === run.mendedPath) }));

/** By the number of a loop device, or by its path. */
function backing(named: string, attached: Readonly<Record<string, string>>, sizeBytes: bigint): BackingDevice {
  if (!/^7:|loop/.test(named)) return blockDevice(named, named, sizeBytes);
  const index = Number(/(\d+)$/.exec(named)?.[1]);
  const file = attached[`/dev/loop${index}`] ?? refuse(`${named} is not there`);
  return { ...loopDevice(index, loopFile(file, sizeBytes)), number: named };
}

/** thin_repair’s own work is well, whatever it was made of. */
function found({ illness }: IllHost, device: string): Illness {
  const { attached = {}, mended = [] } = illness.files ?? {};
  const isMended = mended.includes(attached[device] ?? '');
  return isMended ? { ...illness, isSound: true, isFull: false, isFlagged: false } : illness;
}

const ill = (host: Host): IllHost => (isIll(host) ? host : refuse('nobody is ill'));

const isThere = ({ thinPools }: Host): boolean => thinPools.length > 0;

/** What a repair does by itself: its metadata must be there, and nobody may use them. */
export function repairAction(any: Host, action: RepairAction): Host {
  const host = ill(any);
  const { illness } = host;
  if (action.kind === 'check-filesystems') {
    if (!isThere(host)) refuse('the pool does not run');
    return changeRun(host, action.directory, {
      filesystems: action.filesystems.map(({ name }) => ({
        name,
        verdict: illness.lost?.some((lost) => name.endsWith(`/${lost}`)) ? 'lost' : 'sound',
        detail: '',
      })),
    });
  }
  if (action.kind === 'forget-kept') return forget(host, action.directory) ?? host;
  if (isThere(host)) refuse('Device or resource busy');
  const isThereAs = action.device === illness.device || action.device in (illness.files?.attached ?? {});
  if (!isThereAs) refuse(`${action.device} is not there`);
  switch (action.kind) {
    case 'copy-metadata':
      return changeRun(host, action.directory, { isCopied: true });
    case 'check-metadata':
      return changeRun(host, action.directory, { check: verdict(found(host, action.device)) });
    case 'mend-metadata':
      return changeRun(withMended(host, action.path), action.directory, { mendedPath: action.path });
    case 'check-mended':
      if (!found(host, action.device).isSound) refuse('thin_check: errors');
      return changeRun(host, action.directory, { isMendedSound: true });
  }
}

const verdict = ({ isSound, isFull }: Illness) => ({ isSound, isFull });

function withMended(host: IllHost, path: string): IllHost {
  const { attached = {}, mended = [] } = host.illness.files ?? {};
  if (mended.includes(path)) refuse('File exists');
  return { ...host, illness: { ...host.illness, files: { attached, mended: [...mended, path] } } };
}

const emptyRun = (directory: string): RepairRun => ({
  directory,
  isCopied: false,
  check: null,
  mendedPath: null,
  mendedOn: [],
  isMendedSound: false,
  filesystems: null,
});

function changeRun(host: IllHost, directory: string, change: Partial<RepairRun>): Host {
  const facts = host.repair ?? refuse('nobody looked');
  const run = { ...(runIn(facts, directory) ?? emptyRun(directory)), ...change };
  return {
    ...host,
    repair: { ...facts, runs: [...facts.runs.filter((each) => each.directory !== directory), run] },
  };
}

/** Programs that a repair runs, where they mean something else there; undefined: they don't. */
export function executeRepair(host: IllHost, [program, ...words]: readonly string[]): Host | undefined {
  switch (program) {
    case 'lvchange':
      return changeVolume(host, words);
    case 'lvconvert':
      return convert(host, words);
    case 'thin_check':
      return host.illness.isSound ? flagged(host, false) : refuse('thin_check: errors');
    case 'dmsetup':
      return words[0] === 'remove' ? remove(host, words.at(-1) as string) : create(host, words);
    case 'losetup':
      return attach(host, words);
    default:
      return undefined;
  }
}

const flagged = (host: IllHost, isFlagged: boolean): IllHost => ({ ...host, illness: { ...host.illness, isFlagged } });

function forget(host: IllHost, directory: string): Host | undefined {
  const facts = host.repair;
  if (!facts || !runIn(facts, directory)) return undefined;
  return { ...host, repair: { ...facts, runs: facts.runs.filter((each) => each.directory !== directory) } };
}

const setActive = (host: Host, vgName: string, names: readonly string[], active: boolean): Host =>
  changeVg(host, vgName, (vg) => ({
    ...vg,
    logicalVolumes: vg.logicalVolumes.map((lv) => (names.includes(lv.name) ? { ...lv, active } : lv)),
  }));

/** A pool's metadata show by themselves while it is not active; thin volumes only while it is. */
function changeVolume(host: IllHost, words: readonly string[]): Host | undefined {
  const [vgName, lvName] = split(operands(words)[0] ?? '');
  const lv = lvNamed(vgNamed(host, vgName), lvName);
  const active = option(words, '--activate') === 'y';
  if (option(words, '--activate') === undefined) return undefined;
  if (lv.kind === 'thin-pool') return changePool(host, vgName, lv, words, active);
  if (lv.kind === 'plain') {
    if (isThere(host)) refuse('the pool is active');
    const shown = shownAs(vgName, lvName);
    const beginnings = active && !host.illness.isBlank ? [shown] : [];
    return setActive(
      {
        ...host,
        repair: host.repair && { ...host.repair, beginnings },
        illness: { ...host.illness, device: shown },
      } as Host,
      vgName,
      [lvName],
      active,
    );
  }
  return changeThin(host, vgName, lv, active);
}

function changeThin(host: IllHost, vgName: string, lv: LogicalVolume, active: boolean): Host {
  if (active && !isThere(host)) refuse('the pool is not active');
  if (active && host.illness.lost?.includes(lv.name)) refuse('No data available');
  const others = host.thinDevices.filter(({ name }) => name !== dmName(vgName, lv.name));
  const own = { name: dmName(vgName, lv.name), poolName: `${dmName(vgName, lv.poolLv ?? '')}-tpool` };
  return { ...setActive(host, vgName, [lv.name], active), thinDevices: active ? [...others, own] : others };
}

const shownAs = (vg: string, lv: string): string => `/dev/mapper/${dmName(vg, lv)}`;

function changePool(host: IllHost, vgName: string, lv: LogicalVolume, words: readonly string[], active: boolean): Host {
  const parts = [lv.name, lv.metadataLv ?? ''];
  const name = dmName(vgName, lv.name);
  if (!active) {
    if (host.thinDevices.length > 0) refuse('it is used by another device');
    return { ...setActive(host, vgName, parts, false), thinPools: [] };
  }
  if (lvNamed(vgNamed(host, vgName), lv.metadataLv ?? '').active) refuse('its metadata are active by themselves');
  if (!host.illness.isSound) refuse('Check of pool failed (status:1). Manual repair required!');
  const clears = (option(words, '--config') ?? '').includes('--clear-needs-check-flag');
  const after = clears ? flagged(host, false) : host;
  return { ...setActive(after, vgName, parts, true), thinPools: [running(after, name)] };
}

function running({ illness: { isFull, isFlagged } }: IllHost, name: string) {
  const made = kernelPool(name);
  const status = made.status as ThinPoolStatus;
  const mode = isFull || isFlagged ? ('ro' as const) : ('rw' as const);
  const usedMetadataBlocks = isFull ? status.totalMetadataBlocks : status.usedMetadataBlocks;
  return { ...made, status: { ...status, totalDataBlocks: 7600n, needsCheck: isFlagged, mode, usedMetadataBlocks } };
}

/** The old ones stay under another name; the flag stays too, with old tools. */
function convert(host: IllHost, words: readonly string[]): Host | undefined {
  if (!words.includes('--repair')) return undefined;
  const [vgName, lvName] = split(operands(words)[0] ?? '');
  if (isThere(host)) refuse('Cannot repair an active pool.');
  const numbers = vgNamed(host, vgName).logicalVolumes.flatMap(({ name }) => /_meta(\d+)$/.exec(name)?.[1] ?? []);
  const kept = logicalVolume(`${lvName}_meta${Math.max(-1, ...numbers.map(Number)) + 1}`, 10n, { active: false });
  const mended = { ...host, illness: { ...host.illness, isSound: true } };
  return changeVg(mended, vgName, (vg) => ({ ...vg, logicalVolumes: [...vg.logicalVolumes, kept] }));
}

function remove(host: IllHost, name: string): Host {
  if (host.thinDevices.length > 0) refuse('Device or resource busy');
  return { ...host, thinPools: host.thinPools.filter((pool) => pool.name !== name) };
}

/** A pool, or a thin device on it. */
function create(host: IllHost, words: readonly string[]): Host {
  const name = (words.includes('--') ? words.at(-1) : words[1]) ?? '';
  const text = option(words, '--table') ?? '';
  const table = parseThinPoolTable(text);
  if (table === null) {
    if (!isThere(host)) refuse('there is no pool');
    const poolName = /\/dev\/mapper\/(\S+)/.exec(text)?.[1] ?? '';
    return { ...host, thinDevices: [...host.thinDevices, { name, poolName }] };
  }
  const now: IllHost = { ...host, illness: found(host, table.metadataDevice.replace('7:', '/dev/loop')) };
  return { ...now, thinPools: [{ ...running(now, name), table }] };
}

/** One file each; a file that is removed is none of thin_repair's any more. */
function attach(host: IllHost, words: readonly string[]): IllHost {
  const { attached = {}, mended = [] } = host.illness.files ?? {};
  const [device = '', path = ''] = words.includes('--detach') ? [words.at(-1)] : operands(words);
  if (path !== '' && device in attached) refuse('Device or resource busy');
  const others = Object.entries(attached).filter(([each]) => each !== device);
  const now = Object.fromEntries(path === '' ? others : [...others, [device, path]]);
  return { ...host, illness: { ...host.illness, files: { attached: now, mended } } };
}

/** A new file that a run took away again. */
export function forgetMended(host: Host, path: string): Host {
  if (!isIll(host) || !host.illness.files?.mended.includes(path)) return host;
  const mended = host.illness.files.mended.filter((each) => each !== path);
  const runs = (host.repair?.runs ?? []).map((run) => (run.mendedPath === path ? { ...run, mendedPath: null } : run));
  const illness = { ...host.illness, files: { ...host.illness.files, mended } };
  return { ...host, repair: host.repair && { ...host.repair, runs }, illness } as Host;
}
