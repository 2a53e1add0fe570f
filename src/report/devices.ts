import { type DeviceOwner, mountPlaces, type PoolDevice } from '../model/pool-device.ts';
import { type Bytes, type Sectors, sectorsToBytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';

const HEADINGS = ['ID', 'NAME', 'SIZE', 'MAPPED', 'STATE', 'USED BY'] as const;

/** So much of a hash is enough to tell one from another, as Docker itself prints ids. */
const SHORT = 12;

/** A hash shortened, with what comes after it. */
const shortName = (name: string): string => name.replace(/^([0-9a-f]{12})[0-9a-f]+/, '$1');

/** null is not known. */
const sizeOrUnknown = (size: Bytes | null): string => (size === null ? '?' : formatSize(size));

/**
 * The devices of a pool as a table, and what is to be said beside it.
 * @param poolName null: the kernel runs no pool that could be Docker's
 */
export function renderDevices(
  poolName: string | null,
  devices: readonly PoolDevice[],
  notes: readonly string[],
): string {
  const count = `${devices.length} device${devices.length === 1 ? '' : 's'}`;
  const rows = [HEADINGS, ...devices.map(rowOf)];
  const widths = HEADINGS.map((_, column) =>
    rows.reduce((width, row) => Math.max(width, (row[column] ?? '').length), 0),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [
    poolName === null ? whereNoPoolIs(count, devices) : `Pool ${poolName}: ${count}`,
    ...(devices.length > 0 ? lines : []),
    ...notes.map((note) => `Note: ${note}`),
  ].join('\n');
}

const whereNoPoolIs = (count: string, devices: readonly PoolDevice[]): string =>
  devices.length === 0
    ? 'The kernel runs no thin pool, and Docker knows no devices of one'
    : `${count}; their pool is not active`;

const rowOf = (device: PoolDevice): string[] => [
  String(device.id),
  shortName(device.name ?? device.active[0]?.name ?? ''),
  sizeOrUnknown(device.sizeBytes),
  sizeOrUnknown(device.mappedBytes),
  stateOf(device),
  ownerText(device.owner),
];

function stateOf({ active, deleted }: PoolDevice): string {
  if (deleted) return 'deleted';
  if (active.some(({ mounts }) => mounts.length > 0)) return 'mounted';
  return active.length > 0 ? 'active' : '-';
}

/** Whose a device is, in a few words. */
function ownerText(owner: DeviceOwner): string {
  switch (owner.kind) {
    case 'base':
      return 'what all others began from';
    case 'container':
      return `container ${owner.name ?? owner.id.slice(0, SHORT)}`;
    case 'container-init':
      return `container ${owner.name ?? owner.id.slice(0, SHORT)}, its beginning`;
    case 'layer':
      return owner.tags.length === 0 ? 'an image without a name' : `image ${owner.tags.join(', ')}`;
    case 'unknown':
      return '?';
  }
}

/** All that is known of one device, a line each. */
export function renderDevice(poolName: string | null, device: PoolDevice): string {
  const { owner } = device;
  const facts: [string, string | null][] = [
    ['name', device.name ?? '?'],
    ['pool', poolName ?? 'not active'],
    ['size', sizeOrUnknown(device.sizeBytes)],
    ['mapped', sizeOrUnknown(device.mappedBytes)],
    ['transaction', device.transactionId === null ? '?' : String(device.transactionId)],
    ['used by', ownerText(owner)],
    ['container', 'running' in owner ? `${owner.id}, ${owner.running ? 'running' : 'stopped'}` : null],
    ['image', 'image' in owner ? owner.image : null],
    ['layer', owner.kind === 'layer' ? owner.chainId : null],
    ['state', device.deleted ? 'deleted: Docker removes it when nobody holds it any more' : null],
    ['active', device.active.map(({ name }) => `/dev/mapper/${name}`).join(', ') || 'no'],
    ['mounted', mountPlaces(device).join(', ') || 'no'],
  ];
  const lines = facts.flatMap(([name, text]) => (text === null ? [] : [`  ${name.padEnd(12)}${text}`]));
  return [`Device ${device.id}`, ...lines].join('\n');
}

/** A device as data. */
export const deviceDocument = ({ active, owner, ...facts }: PoolDevice) => ({
  ...facts,
  active: active.map(({ name, mappedSectors, mounts, own }) => ({
    name,
    mappedBytes: mappedSectors === null ? null : mappedBytes(mappedSectors),
    mounts,
    byDmtool: own !== null,
  })),
  owner,
});

const mappedBytes = (size: Sectors): Bytes => sectorsToBytes(size);
