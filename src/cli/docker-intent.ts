import {
  baseSizeOption,
  combinationProblem,
  filesystemOption,
  minFreeSpaceOption,
  parseStorageOption,
} from '../engines/docker/options.ts';
import type { DockerIntent, DockerTarget, LoopIntent, StorageOption } from '../model/intent.ts';
import { type Bytes, GIB } from '../units/quantity.ts';
import { parseSize } from '../units/size.ts';
import { parseDuration } from './duration.ts';
import { UsageError } from './usage-error.ts';

/** The flags of `setup` that are about Docker, as they were typed. */
export interface DockerFlags {
  engine: string;
  loop?: string | undefined;
  'metadata-size'?: string | undefined;
  'min-free-space'?: string | undefined;
  'base-size'?: string | undefined;
  fs?: string | undefined;
  'storage-opt'?: readonly string[] | undefined;
  'carry-volumes': boolean;
  'set-swarm-aside': boolean;
  'keep-images': boolean;
  'images-dir'?: string | undefined;
  'start-deadline': string;
}

/** What only means something when Docker is configured. */
const DOCKER_ONLY = [
  ...(['min-free-space', 'base-size', 'fs', 'storage-opt', 'carry-volumes', 'set-swarm-aside'] as const),
  ...(['keep-images', 'images-dir'] as const),
];

/** Docker's own default (dm.loopmetadatasize). */
const DEFAULT_LOOP_METADATA = (2n * GIB) as Bytes;

/**
 * Reads the flags; null: no engine is to be configured.
 * @throws UsageError that names the flag and what it takes
 */
export function dockerIntent(flags: DockerFlags, kind: DockerTarget['kind']): DockerIntent | null {
  if (flags.engine === 'none') {
    const [useless] = DOCKER_ONLY.filter((name) => flags[name] !== undefined && flags[name] !== false);
    if (useless) throw new UsageError(`--${useless} is about Docker: it does not go with --engine none`);
    return null;
  }
  const named = [
    optionOf('--min-free-space', flags['min-free-space'], minFreeSpaceOption),
    optionOf('--base-size', flags['base-size'], baseSizeOption),
    optionOf('--fs', flags.fs, filesystemOption),
  ].filter((option) => option !== undefined);
  const free = (flags['storage-opt'] ?? []).map(
    (text) => optionOf('--storage-opt', text, (each) => parseStorageOption(each, kind)) as StorageOption,
  );
  const storageOptions = [...named, ...free];
  const problem = combinationProblem(storageOptions);
  if (problem !== null) throw new UsageError(problem);
  // What was not given is undefined, whatever the types of flags say.
  return {
    storageOptions,
    carryVolumes: Boolean(flags['carry-volumes']),
    keepImages: Boolean(flags['keep-images']),
    setSwarmAside: Boolean(flags['set-swarm-aside']),
    startDeadlineMs: parseDuration('--start-deadline', flags['start-deadline']),
  };
}

function optionOf(
  flag: string,
  text: string | undefined,
  read: (text: string) => StorageOption | string,
): StorageOption | undefined {
  if (text === undefined) return undefined;
  const option = read(text);
  if (typeof option === 'string') throw new UsageError(`${flag} "${text}": ${option}`);
  return option;
}

/** What does not go with files: they are no disks, and Docker cuts them by itself. */
const POOL_FLAGS = [
  ...(['device', 'vg', 'data-percent', 'data-size', 'metadata-percent', 'chunk-size'] as const),
  ...(['autoextend-threshold', 'autoextend-percent', 'headroom', 'wipe'] as const),
];

type LoopFlags = DockerFlags & { [Name in (typeof POOL_FLAGS)[number]]?: unknown };

/**
 * Reads the flags of `setup --loop`, for any engine.
 * @throws UsageError
 */
export function loopIntent(flags: LoopFlags): LoopIntent {
  if (flags.engine === 'none')
    throw new UsageError('--loop: an engine has its pool on these files, so it needs --engine docker or containerd');
  const [other] = POOL_FLAGS.filter((name) => flags[name] !== undefined && flags[name] !== false);
  if (other) throw new UsageError(`--${other} is for a pool on disks: it does not go with --loop`);
  const metadata = flags['metadata-size'];
  return {
    dataSizeBytes: fileSize('--loop', flags.loop ?? ''),
    metadataSizeBytes: metadata === undefined ? DEFAULT_LOOP_METADATA : fileSize('--metadata-size', metadata),
  };
}

function fileSize(flag: string, text: string): Bytes {
  const size = parseSize(text);
  if (size === undefined || size === 0n) throw new UsageError(`${flag} "${text}": it takes a size like 100G`);
  return size;
}
