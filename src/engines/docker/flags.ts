import type { SettingsFile } from '../../model/docker.ts';
import { type FoundFlag, readFlags } from './command-line.ts';
import { readUnits } from './unit-files.ts';
import { expandWords, parseEnvironmentFile, type Variables } from './variables.ts';
import { splitWords } from './words.ts';

/** Variables that init scripts pass on to dockerd: Debian's, upstart's and openrc's; Red Hat's, and its storage set-up's. */
const INIT_VARIABLES = ['DOCKER_OPTS', 'other_args', 'OPTIONS', 'DOCKER_STORAGE_OPTIONS'];

/** Takes the place of daemon.json's driver and of the flag (daemon/daemon.go). */
const DRIVER_VARIABLE = 'DOCKER_DRIVER';

/**
 * What the daemon is told outside of daemon.json: by flags and variables in unit files, drop-ins and the environment
 * files that they name, or without any unit in those that init scripts read. A flag of the process that runs is told
 * only when no file has it.
 * @param settings in the order in which the service manager reads them
 */
export function findFlags(settings: readonly SettingsFile[]): FoundFlag[] {
  const inFiles = settings.some(({ kind }) => kind === 'unit') ? unitFlags(settings) : initFlags(settings);
  const running = settings.filter(({ kind }) => kind === 'process').flatMap(processFlags);
  const explained = (flag: FoundFlag): boolean =>
    inFiles.some(({ setting, value }) => setting === flag.setting && value === flag.value);
  return [...inFiles, ...running.filter((flag) => !explained(flag))];
}

function unitFlags(settings: readonly SettingsFile[]): FoundFlag[] {
  const { commands, variables } = readUnits(settings);
  return [...commands.flatMap((words) => readFlags(expandWords(words, variables))), ...driverFlag(variables)];
}

function initFlags(settings: readonly SettingsFile[]): FoundFlag[] {
  const files = settings.filter(({ kind }) => kind === 'environment');
  const variables: Variables = new Map(
    files.flatMap(({ path, content }) => [...parseEnvironmentFile(path, content, 'shell')]),
  );
  const options = INIT_VARIABLES.flatMap((name) => variables.get(name) ?? []);
  const words = options.map(({ text, path }) => splitWords(text).map((word) => ({ text: word, path })));
  return [...words.flatMap(readFlags), ...driverFlag(variables)];
}

function driverFlag(variables: Variables): FoundFlag[] {
  const variable = variables.get(DRIVER_VARIABLE);
  return variable?.exported && variable.text !== ''
    ? [{ setting: 'storage-driver', value: variable.text, path: variable.path }]
    : [];
}

/** /proc/PID/cmdline: the program and its arguments, a NUL after each. */
const processFlags = ({ path, content }: SettingsFile): FoundFlag[] =>
  readFlags(
    content
      .split('\0')
      .slice(1)
      .map((text) => ({ text, path })),
  );
