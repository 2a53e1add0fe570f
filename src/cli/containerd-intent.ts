import { parseFilesystem, parseSnapshotterOption, type SnapshotterWish } from '../engines/containerd/settings.ts';
import type { ContainerdIntent } from '../plan/setup-containerd.ts';
import { parseSize } from '../units/size.ts';
import type { DockerFlags } from './docker-intent.ts';
import { parseDuration } from './duration.ts';
import { UsageError } from './usage-error.ts';

/** What only means something to Docker. */
const DOCKER_ONLY = ['min-free-space', 'carry-volumes', 'set-swarm-aside', 'keep-images'] as const;

/**
 * Reads the flags of `setup --engine containerd`.
 * @throws UsageError that names the flag and what it takes
 */
export function containerdIntent(flags: DockerFlags): ContainerdIntent {
  const [useless] = DOCKER_ONLY.filter((name) => flags[name] !== undefined && flags[name] !== false);
  if (useless) throw new UsageError(`--${useless} is about Docker: it does not go with --engine containerd`);
  const options = (flags['storage-opt'] ?? []).map((text) => given('--storage-opt', text, parseSnapshotterOption));
  const wish: SnapshotterWish = {
    ...(flags['base-size'] === undefined ? {} : given('--base-size', flags['base-size'], baseSize)),
    ...(flags.fs === undefined ? {} : given('--fs', flags.fs, parseFilesystem)),
    options: Object.assign({}, ...options),
  };
  return { wish, startDeadlineMs: parseDuration('--start-deadline', flags['start-deadline']) };
}

function baseSize(text: string): Pick<SnapshotterWish, 'baseSizeBytes'> | string {
  const baseSizeBytes = parseSize(text);
  return baseSizeBytes === undefined || baseSizeBytes === 0n ? 'it takes a size like 20G' : { baseSizeBytes };
}

function given<Value extends object>(flag: string, text: string, read: (text: string) => Value | string): Value {
  const value = read(text);
  if (typeof value === 'string') throw new UsageError(`${flag} "${text}": ${value}`);
  return value;
}
