import { formatDockerSize } from '../engines/docker/sizes.ts';
import type { Host } from '../model/host.ts';
import { METADATA_BLOCK_BYTES, type ThinPoolTable } from '../model/thin-pool.ts';
import { type Bytes, bytes, sectorsToBytes } from '../units/quantity.ts';
import type { Condition } from './condition.ts';
import type { Note, Step } from './step.ts';

/** How a pool is to grow, whoever's it is. */
export interface Growth {
  steps: Step[];
  notes: Note[];
  warnings: string[];
  dataSizeBytes: Bytes;
  metadataSizeBytes: Bytes;
}

/** What `docker info` must say, where a daemon runs that is on this pool. */
export function dockerExpectation(
  { docker }: Host,
  { kernelName, table }: { kernelName: string; table: ThinPoolTable },
  dataBlocks: bigint,
  metadataBlocks: bigint | null,
): Condition[] {
  if (docker?.info?.driverStatus['Pool Name'] !== kernelName) return [];
  const total = bytes(dataBlocks * sectorsToBytes(table.dataBlockSizeSectors));
  const said = (name: string, size: Bytes): Condition => ({ is: 'docker-info', name, value: formatDockerSize(size) });
  return [
    said('Data Space Total', total),
    ...(metadataBlocks === null ? [] : [said('Metadata Space Total', bytes(metadataBlocks * METADATA_BLOCK_BYTES))]),
  ];
}
