import type { Service } from '../model/docker.ts';
import type { Argv } from './argv.ts';
import { UnreadableOutput } from './unreadable.ts';

const PROPERTIES = [
  ...['Id', 'LoadState', 'ActiveState', 'MainPID'],
  ...['FragmentPath', 'DropInPaths', 'EnvironmentFiles'],
] as const;

/** systemctl(1): how units are, and where they come from. A unit that does not exist is told as well, and no error. */
export const showUnits = (names: readonly string[]): Argv => [
  ...(['systemctl', 'show', '--no-pager'] as const),
  `--property=${PROPERTIES.join(',')}`,
  '--',
  ...names,
];

export interface Unit extends Service {
  /** null: no process, or a unit that has none. */
  mainPid: number | null;
  /** The unit's file and the drop-ins to it, in the order in which they count. */
  files: readonly string[];
  environmentFiles: readonly string[];
}

/** What systemd's states mean here. Something on its way down is still up. */
const STATES: Readonly<Record<string, Service['state']>> = {
  active: 'running',
  reloading: 'running',
  refreshing: 'running',
  deactivating: 'starting',
  activating: 'starting',
  maintenance: 'starting',
  inactive: 'stopped',
  failed: 'failed',
};

/**
 * Reads the answer to showUnits: `NAME=VALUE` lines, units apart by an empty line. Units that do not exist are left out.
 * @throws UnreadableOutput
 */
export const parseUnits = (text: string): Unit[] =>
  text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .flatMap((block) => parseUnit(block));

function parseUnit(block: string): Unit[] {
  const values = (name: string): string[] =>
    [...block.matchAll(/^(\w+)=(.*)$/gm)].filter((match) => match[1] === name).map((match) => match[2] ?? '');
  const value = (name: string): string => values(name)[0] ?? '';
  if (value('LoadState') === 'not-found') return [];
  const state = STATES[value('ActiveState')];
  if (value('Id') === '' || state === undefined) throw new UnreadableOutput('systemctl show', 'no state', block);
  return [
    {
      name: value('Id'),
      state,
      mainPid: Number(value('MainPID')) || null,
      files: [value('FragmentPath'), ...value('DropInPaths').split(' ')].filter((path) => path !== ''),
      // Each with a note whether it may be missing.
      environmentFiles: values('EnvironmentFiles').map((each) => each.replace(/ \(ignore_errors=\w+\)$/, '')),
    },
  ];
}
