import type { ConfigFile, SettingsFile } from '../../model/docker.ts';
import type { KernelThinPool } from '../../model/thin-pool.ts';
import { OPTIONS_KEY, parseDaemonJson } from './daemon-json.ts';
import { findFlags } from './flags.ts';
import { OWN_SETUP_OPTION, POOL_OPTION } from './option-table.ts';

/** What a pool is called that Docker makes of a device by itself (daemon/graphdriver/devmapper/device_setup.go). */
const OWN_SETUP_POOL = 'docker-thinpool';

/** The pool that Docker is told to use, or to make of a device, by flag or daemon.json, without /dev/mapper/; null: none, or nobody can read it. */
export function configuredPool(
  { content }: Pick<ConfigFile, 'content'>,
  settings: readonly SettingsFile[],
): string | null {
  const parsed = content === null ? { settings: {} } : parseDaemonJson(content);
  const options = 'settings' in parsed ? (parsed.settings as Record<string, unknown>)[OPTIONS_KEY] : [];
  const flags = findFlags(settings).filter(({ setting }) => setting === OPTIONS_KEY);
  const all = [...(Array.isArray(options) ? options.map(String) : []), ...flags.map(({ value }) => value)];
  const valueGiven = (name: string): string | undefined =>
    all.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);
  const said = valueGiven(POOL_OPTION) || (valueGiven(OWN_SETUP_OPTION) && OWN_SETUP_POOL);
  return said ? said.replace('/dev/mapper/', '') : null;
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
  const named = (name: string): KernelThinPool | undefined =>
    pools.find((pool) => pool.name === name || pool.name === `${name}-tpool`);
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
