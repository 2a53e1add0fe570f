import * as z from 'zod/mini';
import type { Service } from '../model/docker.ts';
import type { Argv } from './argv.ts';
import { checkShape, wholeNumber } from './shape.ts';

const ACTIVE_STATES = [
  'active',
  'reloading',
  'activating',
  'deactivating',
  'inactive',
  'failed',
  'maintenance',
] as const;

/** A unit, as `systemctl show` tells it. */
export interface Unit {
  name: string;
  /** `loaded`, `not-found`, `masked`, …. */
  loadState: string;
  activeState: (typeof ACTIVE_STATES)[number];
  /** `running`, `listening`, `auto-restart`, `dead`, …. */
  subState: string;
  /** The unit file; null: there is none. */
  fragmentPath: string | null;
  /** In the order in which they are read, after the unit file. */
  dropInPaths: readonly string[];
  environmentFiles: readonly EnvironmentFile[];
  /** null: no process runs. */
  mainPid: number | null;
  /** Units that it both needs and waits for: these are there when it starts. */
  startsAfter: readonly string[];
}

interface EnvironmentFile {
  path: string;
  /** Its absence is no error: `EnvironmentFile=-/etc/default/docker`. */
  optional: boolean;
}

const systemctl = (verb: string, units: readonly string[], ...options: readonly string[]): Argv => [
  'systemctl',
  ...[verb, '--no-ask-password', '--no-pager', ...options, '--', ...units],
];

/** systemctl(1). */
export const systemctlStart = (units: readonly string[]): Argv => systemctl('start', units);

/** systemctl(1): several at once, so that docker.socket does not start docker.service again in between. */
export const systemctlStop = (units: readonly string[]): Argv => systemctl('stop', units);

/** systemctl(1): forgets failures and the count of starts, which would hold back one more start. */
export const systemctlResetFailed = (units: readonly string[]): Argv => systemctl('reset-failed', units);

/** systemctl(1): the unit files with their drop-ins, for people. */
export const systemctlCat = (units: readonly string[]): Argv => systemctl('cat', units);

const PROPERTIES =
  'Id,LoadState,ActiveState,SubState,FragmentPath,DropInPaths,EnvironmentFiles,MainPID,Requires,Wants,BindsTo,After';

/** systemctl(1): what parseUnits reads; units that do not exist are told too. */
export const systemctlShow = (units: readonly string[]): Argv => systemctl('show', units, `--property=${PROPERTIES}`);

const unit = z.object({
  Id: z.string().check(z.minLength(1)),
  LoadState: z.string().check(z.minLength(1)),
  ActiveState: z.enum(ACTIVE_STATES),
  SubState: z.string(),
  FragmentPath: z._default(z.string(), ''),
  DropInPaths: z._default(z.string(), ''),
  MainPID: z._default(wholeNumber, '0'),
  Requires: z._default(z.string(), ''),
  Wants: z._default(z.string(), ''),
  BindsTo: z._default(z.string(), ''),
  After: z._default(z.string(), ''),
});

/**
 * Reads `systemctl show` of several units: lines `Name=value`, a blank line between units.
 * @throws UnreadableOutput when a unit lacks its name or state
 */
export function parseUnits(text: string): Unit[] {
  return text
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== '')
    .map(parseUnit);
}

function parseUnit(block: string): Unit {
  const lines = [...block.matchAll(/^(\w+)=(.*)$/gm)] as unknown as [string, string, string][];
  const values = Object.fromEntries(lines.map(([, name, value]) => [name, value]));
  const read = checkShape('systemctl show', block, unit, values);
  const { Id, LoadState, ActiveState, SubState, FragmentPath, DropInPaths, MainPID, Requires, Wants, BindsTo, After } =
    read;
  return {
    name: Id,
    loadState: LoadState,
    activeState: ActiveState,
    subState: SubState,
    fragmentPath: FragmentPath || null,
    dropInPaths: words(DropInPaths),
    environmentFiles: lines.filter(([, name]) => /^EnvironmentFiles?$/.test(name)).flatMap(environmentFile),
    mainPid: Number(MainPID) || null,
    startsAfter: [Requires, Wants, BindsTo].flatMap(words).filter((unit) => words(After).includes(unit)),
  };
}

const words = (text: string): string[] => text.split(' ').filter(Boolean);

/** One line a file: `/etc/default/docker (ignore_errors=yes)`. */
function environmentFile([, , value]: [string, string, string]): EnvironmentFile[] {
  const match = /^(\/.*) \(ignore_errors=(yes|no)\)$/.exec(value);
  return match ? [{ path: match[1] as string, optional: match[2] === 'yes' }] : [];
}

const SERVICE_STATES: Readonly<Record<Unit['activeState'], Service['state']>> = {
  active: 'running',
  reloading: 'running',
  // Not down before it is down.
  deactivating: 'running',
  activating: 'starting',
  inactive: 'stopped',
  maintenance: 'stopped',
  failed: 'failed',
};

/** The unit as a service of Docker's. */
export const unitService = ({ name, activeState }: Unit): Service => ({ name, state: SERVICE_STATES[activeState] });
