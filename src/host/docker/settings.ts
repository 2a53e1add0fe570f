import type { SettingsFile } from '../../model/docker.ts';
import type { Unit } from '../../tools/systemctl.ts';
import { readIfThere } from '../files.ts';
import { processFile } from './daemon.ts';
import type { ServiceFacts } from './services.ts';

/** Read by Docker's init scripts: Debian's, and those of RHEL and its kin. */
const SYSV_FILES = [
  '/etc/default/docker',
  ...['/etc/sysconfig/docker', '/etc/sysconfig/docker-storage', '/etc/sysconfig/docker-network'],
];

/** The one variable that overrides daemon.json. Others may be secrets, like a proxy's password, and are left alone. */
const DRIVER_VARIABLE = 'DOCKER_DRIVER=';

/** Everything that may hold flags and variables of the daemon: files first, then what the running one was really given. */
export function probeSettings({ manager, unit, pid }: ServiceFacts): SettingsFile[] {
  return [
    ...(unit === null ? [] : readUnitFiles(unit)),
    ...readAll('environment', manager === 'sysv' ? SYSV_FILES : (unit?.environmentFiles ?? []).map(({ path }) => path)),
    ...(pid === null ? [] : processSettings(pid)),
  ];
}

/** A unit file and its drop-ins, in the order in which systemd reads them. */
export const readUnitFiles = ({ fragmentPath, dropInPaths }: Unit): SettingsFile[] =>
  readAll('unit', [...(fragmentPath === null ? [] : [fragmentPath]), ...dropInPaths]);

const readAll = (kind: SettingsFile['kind'], paths: readonly string[]): SettingsFile[] =>
  paths.flatMap((path) => {
    const content = readIfThere(path);
    return content === null ? [] : [{ path, kind, content }];
  });

/** Words end in NULs there (proc(5)). */
function processSettings(pid: number): SettingsFile[] {
  const words = processFile(pid, 'cmdline');
  if (words === null) return [];
  const variables = (processFile(pid, 'environ') ?? '').split('\0');
  const driver = variables.find((variable) => variable.startsWith(DRIVER_VARIABLE));
  return [
    { path: `/proc/${pid}/cmdline`, kind: 'process', content: words },
    ...(driver === undefined
      ? []
      : [{ path: `/proc/${pid}/environ`, kind: 'process' as const, content: `${driver}\0` }]),
  ];
}
