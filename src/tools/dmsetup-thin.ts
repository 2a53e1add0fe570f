import { type Sectors, sectors } from '../units/quantity.ts';
import type { Argv } from './argv.ts';
import { FAILED_THIN } from './dmsetup.ts';
import { UnreadableOutput } from './unreadable.ts';

/** dmsetup(8): the live tables of all devices, in one call however many there are. */
export const allTables = (): Argv => ['dmsetup', 'table'];

/** dmsetup(8): the same of what they say; --noflush as in statusCommand. */
export const allStatuses = (): Argv => ['dmsetup', 'status', '--noflush'];

/** dmsetup(8): what one pool says. */
export const poolStatus = (name: string): Argv => [
  'dmsetup',
  'status',
  '--noflush',
  '--target',
  'thin-pool',
  '--',
  name,
];

/** What dmtool makes is known by it, whatever it is called. */
export const OWN_UUID = 'DMTOOL-';

/** A thin device under a name of dmtool's own. */
export interface ThinToActivate {
  name: string;
  /** By device-mapper name. */
  poolName: string;
  id: number;
  lengthSectors: Sectors;
  readOnly: boolean;
}

/** dmsetup(8): activates a thin device that its pool has; the kernel refuses an id that is not there. */
export const activateThin = ({ name, poolName, id, lengthSectors, readOnly }: ThinToActivate): Argv => [
  ...(['dmsetup', 'create', name] as const),
  ...(readOnly ? ['--readonly'] : []),
  ...['--uuid', `${OWN_UUID}${poolName}-${id}`],
  ...['--table', `0 ${lengthSectors} thin /dev/mapper/${poolName} ${id}`],
];

/**
 * Whether a thin device was not activated because its pool's metadata do not have its id: ENODATA (dm_pool_open_thin_device,
 * drivers/md/dm-thin-metadata.c), as dmsetup and LVM both tell it.
 */
export const isGone = (stderr: string): boolean => /failed: No data available/.test(stderr);

/** `name: rest` for each line of one kind of target (thin, thin-pool), out of what dmsetup says of all devices. */
export const linesOfTarget = (text: string, target: 'thin' | 'thin-pool'): string =>
  text
    .split('\n')
    .filter((line) => /^\S+: \d+ \d+ (\S+)/.exec(line)?.[1] === target)
    .join('\n');

const TABLE = /^(?<name>\S+): 0 (?<length>\d{1,20}) thin (?<pool>\d+:\d+) (?<id>\d{1,8})(?<origin> \S+)?\s*$/;
const STATUS = /^(?<name>\S+): 0 \d+ thin (?:(?<mapped>\d{1,20}) (?:\d+|-)|Fail|Error)\s*$/;

/** A thin device by its table and its status. */
export interface ThinLine {
  name: string;
  /** `major:minor`. */
  poolNumber: string;
  id: number;
  lengthSectors: Sectors;
  /** null: it has failed, or went between the two questions. */
  mappedSectors: Sectors | null;
  /** What was never written into it is read from another device, its external origin. */
  hasOrigin?: true;
}

/**
 * Puts tables `<start> <length> thin <pool dev> <id> [<external origin>]` and statuses `<start> <length> thin <mapped
 * sectors> <highest mapped sector|->`, or `Fail`, or `Error`, together (thin-provisioning.rst). Where the pool has failed the
 * table says no more than that, and nobody can tell whose the device is: it is left out.
 * @throws UnreadableOutput
 */
export function parseThinDevices(tableText: string, statusText: string): ThinLine[] {
  const mapped = new Map(
    fieldsOf('dmsetup status', linesOfTarget(statusText, 'thin'), STATUS).map((fields) => [
      fields['name'],
      fields['mapped'],
    ]),
  );
  const tables = linesOfTarget(tableText, 'thin')
    .split('\n')
    .filter((line) => !FAILED_THIN.test(line));
  return fieldsOf('dmsetup table', tables.join('\n'), TABLE).map((fields) => {
    const name = fields['name'] as string;
    const text = mapped.get(name);
    return {
      name,
      poolNumber: fields['pool'] as string,
      id: Number(fields['id']),
      lengthSectors: sectors(BigInt(fields['length'] as string)),
      mappedSectors: text === undefined ? null : sectors(BigInt(text)),
      ...(fields['origin'] === undefined ? {} : { hasOrigin: true as const }),
    };
  });
}

const fieldsOf = (program: string, text: string, pattern: RegExp): Record<string, string | undefined>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const fields = pattern.exec(line)?.groups;
      if (!fields) throw new UnreadableOutput(program, 'no thin device', line);
      return fields;
    });
