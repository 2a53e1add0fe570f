import { type Sectors, sectors } from '../units/quantity.ts';
import type { Argv } from './argv.ts';
import { messagePool } from './dmsetup.ts';
import { UnreadableOutput } from './unreadable.ts';

/** thin-provisioning.rst: keeps the metadata as it is now readable for others, until it is released. */
export const reserveSnapshot = (pool: string): Argv => messagePool(pool, 'reserve_metadata_snap');

/** The opposite. */
export const releaseSnapshot = (pool: string): Argv => messagePool(pool, 'release_metadata_snap');

/** thin_ls(8): the devices in a reserved snapshot of a running pool's metadata, and how much of each is mapped. */
export const thinLs = (metadataDevice: string): Argv => [
  ...(['thin_ls', '--metadata-snap', '--no-headers'] as const),
  ...['--format', 'DEV,MAPPED_SECTORS', '--', metadataDevice],
];

/**
 * Reads mapped sectors by device id.
 * @throws UnreadableOutput
 */
export const parseThinLs = (text: string): Map<number, Sectors> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const match = /^\s*(\d{1,8})\s+(\d{1,20})\s*$/.exec(line);
        if (!match) throw new UnreadableOutput('thin_ls', 'no line of two numbers', line);
        return [Number(match[1]), sectors(BigInt(match[2] as string))];
      }),
  );

/**
 * Reads which block a reserved snapshot begins at: the field after the data blocks of a pool's status.
 * @returns null: none is reserved
 * @throws UnreadableOutput when the pool does not say
 */
export function parseHeldRoot(status: string): bigint | null {
  const match = /^\S+: \d+ \d+ thin-pool \d+ \d+\/\d+ \d+\/\d+ (\d{1,20}|-) /.exec(withName(status));
  if (!match) throw new UnreadableOutput('dmsetup status', 'no word about a metadata snapshot', status);
  return match[1] === '-' ? null : BigInt(match[1] as string);
}

/** Asked about one device, dmsetup leaves its name out. */
const withName = (line: string): string => (/^\d+ \d+ /.test(line) ? `pool: ${line}` : line);
