import type { SettingsFile } from '../../model/docker.ts';
import { parseEnvironmentFile, type Sourced, type Variable, type Variables } from './variables.ts';
import { logicalLines, splitWords } from './words.ts';

/** What a service's unit file and drop-ins come to. */
export interface ServiceUnit {
  /** The programs that it starts, in words. */
  commands: readonly (readonly Sourced[])[];
  /** From Environment=, then from the files that EnvironmentFile= names, as far as they are there. */
  variables: Variables;
}

/** A setting of the section [Service]. */
interface Setting {
  key: string;
  value: string;
  path: string;
}

/** Reads unit files and drop-ins in their order (systemd.unit(5)): an empty setting takes back all earlier ones. */
export function readUnits(settings: readonly SettingsFile[]): ServiceUnit {
  const all = settings.filter(({ kind }) => kind === 'unit').flatMap(serviceSettings);
  const files = inForce(all, 'EnvironmentFile').map(({ value }) => value.replace(/^-/, ''));
  const environment = inForce(all, 'Environment').flatMap(({ value, path }) =>
    splitWords(value).map((text) => ({ text, path })),
  );
  return {
    commands: inForce(all, 'ExecStart').map(commandWords),
    variables: new Map([
      ...environment.flatMap(assignment),
      ...files.flatMap((file) => [...variablesOf(settings.find(({ path }) => path === file))]),
    ]),
  };
}

function serviceSettings({ path, content }: SettingsFile): Setting[] {
  let section = '';
  const found: Setting[] = [];
  for (const line of logicalLines(content)) {
    section = /^\s*\[(.*)\]\s*$/.exec(line)?.[1] ?? section;
    const [, key, value] = /^\s*(\w+)\s*=(.*)$/.exec(line) ?? [];
    if (section === 'Service' && key !== undefined) found.push({ key, value: (value as string).trim(), path });
  }
  return found;
}

const inForce = (settings: readonly Setting[], wanted: string): Setting[] => {
  const all = settings.filter(({ key }) => key === wanted);
  return all.slice(all.findLastIndex(({ value }) => value === '') + 1);
};

/** Without the program itself; what a shell is given as one word (`sh -c '…'`, as RHEL 7 has it) is split too. */
const commandWords = ({ value, path }: Setting): Sourced[] =>
  splitWords(value)
    .flatMap((word, index, words) => (words[index - 1] === '-c' ? splitWords(word) : [word]))
    .slice(1)
    .map((text) => ({ text, path }));

const assignment = ({ text, path }: Sourced): [string, Variable][] => {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  return name === undefined ? [] : [[name, { text: value as string, path, exported: true }]];
};

const variablesOf = (file: SettingsFile | undefined): Variables =>
  file ? parseEnvironmentFile(file.path, file.content, 'systemd') : new Map();
