import type { ConfigFile, SettingsFile } from '../../model/docker.ts';
import { dmName } from '../../model/lvm.ts';
import { isPoolCalled } from '../../model/pool-names.ts';
import type { KernelThinPool } from '../../model/thin-pool.ts';
import { OPTIONS_KEY, parseDaemonJson } from './daemon-json.ts';
import { findFlags } from './flags.ts';
import { MIN_FREE_SPACE, OWN_SETUP_OPTION, POOL_OPTION } from './option-table.ts';
import { OWN_POOL, OWN_VG } from './own-setup.ts';

type Content = Pick<ConfigFile, 'content'>;

/** What the kernel calls a pool that Docker makes of a device by itself. */
export const OWN_SETUP_POOL = dmName(OWN_VG, OWN_POOL);

/** What Docker takes where nothing tells it otherwise (defaultMinFreeSpacePercent, deviceset.go). */
const MINIMUM_FREE_PERCENT = 10;

/** The pool that Docker is told to use, or to make of a device, by flag or daemon.json, without /dev/mapper/; null: none, or nobody can read it. */
export function configuredPool(config: Content, settings: readonly SettingsFile[]): string | null {
  const named = configuredOption(config, settings, POOL_OPTION);
  if (named !== null) return named.replace('/dev/mapper/', '');
  return configuredOption(config, settings, OWN_SETUP_OPTION) === null ? null : OWN_SETUP_POOL;
}

/** How much of data and of metadata must be free for Docker to start another container. */
export function minimumFreePercent(config: Content, settings: readonly SettingsFile[]): number {
  const percent = Number.parseInt(configuredOption(config, settings, MIN_FREE_SPACE) ?? '', 10);
  return Number.isNaN(percent) ? MINIMUM_FREE_PERCENT : percent;
}

function configuredOption({ content }: Content, settings: readonly SettingsFile[], name: string): string | null {
  const parsed = content === null ? { settings: {} } : parseDaemonJson(content);
  const options = 'settings' in parsed ? (parsed.settings as Record<string, unknown>)[OPTIONS_KEY] : [];
  const flags = findFlags(settings).filter(({ setting }) => setting === OPTIONS_KEY);
  const said = [...(Array.isArray(options) ? options.map(String) : []), ...flags.map(({ value }) => value)]
    .find((option) => option.startsWith(`${name}=`))
    ?.slice(name.length + 1);
  return said || null;
}

/** Which names a pool may go by, the surest first; null: not known. */
export interface PoolNames {
  /** By the operator. */
  asked: string | null;
  configured: string | null;
  /** As Docker calls a pool on files. */
  loop: string | null;
}

/** The pool meant; `absent`: the kernel does not run it; `ambiguous`: any of these. */
export type ChosenPool =
  | { kind: 'found'; pool: KernelThinPool }
  | { kind: 'absent'; name: string | null }
  | { kind: 'ambiguous'; names: readonly string[] };

/** Finds Docker's pool: the one that is named, or that Docker knows, or the only one there is. */
export function choosePool(pools: readonly KernelThinPool[], { asked, configured, loop }: PoolNames): ChosenPool {
  // LVM moves the target to another name when it makes thin volumes itself.
  const named = (name: string): KernelThinPool | undefined => pools.find((pool) => isPoolCalled(pool.name, name));
  for (const name of asked === null ? [configured, loop] : [asked]) {
    const pool = name === null ? undefined : named(name);
    if (pool) return { kind: 'found', pool };
  }
  const certain = asked ?? configured;
  if (certain !== null || pools.length === 0) return { kind: 'absent', name: certain ?? loop };
  const [only, ...others] = pools;
  if (only && others.length === 0) return { kind: 'found', pool: only };
  return { kind: 'ambiguous', names: pools.map(({ name }) => name) };
}
