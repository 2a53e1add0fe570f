import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Where programs are looked for, whatever the caller's PATH says. */
const SEARCH_PATH = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'] as const;

/** The environment of every program: one language, no surprises from the caller's. */
export const CLEAN_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: SEARCH_PATH.join(':'),
  LC_ALL: 'C',
  LVM_SUPPRESS_FD_WARNINGS: '1',
  // Whatever context root has chosen for the client: the daemon meant is the one on this host.
  DOCKER_HOST: 'unix:///var/run/docker.sock',
};

/** The full path of a program, or undefined when it is not installed. */
export const findProgram = (name: string): string | undefined =>
  SEARCH_PATH.map((directory) => join(directory, name)).find(isExecutable);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A descriptor of ours that a child gets as it is; execa takes any number, but its types know 3 to 9 only. */
export const inherited = (fd: number): 3 => fd as 3;
