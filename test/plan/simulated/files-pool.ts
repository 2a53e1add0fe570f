import type { Host } from '../../../src/model/host.ts';
import type { RawPart, RawPartFacts, RawPoolRecord } from '../../../src/model/raw-pool.ts';
import { filesPool } from '../../../src/plan/files-pool.ts';
import { FILES_DIRECTORY, parseRawPools, RAW_POOLS_PATH } from '../../../src/tools/raw-pools.ts';
import { bytes } from '../../../src/units/quantity.ts';

const wanted = filesPool({ dataSizeBytes: bytes(0n) });

/** How a pool is made whose parts were looked at: as it was written down, or as it is wanted. */
const recorded = ({ rawPools }: Host, name: string): RawPoolRecord =>
  rawPools.find((each) => each.name === name) ?? wanted;

/** Changes what was found of parts of pools. */
export function changeParts(host: Host, change: (part: RawPartFacts, recorded: RawPart) => RawPartFacts): Host {
  const { activation } = host;
  if (activation === null) return host;
  const parts = activation.parts.map((each) => {
    const { data, metadata } = recorded(host, each.name);
    return { ...each, data: change(each.data, data), metadata: change(each.metadata, metadata) };
  });
  return { ...host, activation: { ...activation, parts } };
}

/** A file of a pool's that was written, cut, or removed (null); and what is written down of pools. */
export function observeFile(host: Host, path: string, sizeBytes: bigint | null): Host {
  const content = host.files.find((file) => file.path === path)?.content ?? null;
  const seen = path === RAW_POOLS_PATH ? { ...host, rawPools: parseRawPools(content) } : host;
  return changeParts(seen, (part, { path: own }) =>
    own === path
      ? {
          ...part,
          sizeBytes: sizeBytes === null ? null : bytes(sizeBytes),
          beginsAsMetadata: sizeBytes !== null && part.beginsAsMetadata,
        }
      : part,
  );
}

/** The directory of the pool's files with all that is in it. */
export function removeFiles(host: Host): Host {
  const files = host.files.filter(({ path }) => !path.startsWith(`${FILES_DIRECTORY}/`));
  const data = observeFile({ ...host, files }, `${FILES_DIRECTORY}/data`, null);
  return observeFile(data, `${FILES_DIRECTORY}/metadata`, null);
}
