import { getSystemErrorMessage } from 'node:util';

/** What the system refused, as Node.js tells it. */
interface SystemError extends Error {
  code: string;
  errno: number;
  syscall: string;
  path?: string;
}

/** Whether the system refused something: a file that can't be read, a filesystem without room, a name that is too long. */
export const isSystemError = (error: Error): error is SystemError =>
  'syscall' in error && 'errno' in error && typeof error.errno === 'number';

/** What it refused, in one sentence. */
export const systemErrorMessage = ({ code, errno, syscall, path }: SystemError): string =>
  `the system refused ${syscall}${path === undefined ? '' : ` of ${path}`}: ${getSystemErrorMessage(errno)} (${code})`;

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'have root be allowed to use it, then run this again',
  EDQUOT: 'make room for it, then run this again',
  EIO: 'see what the kernel says of its disk: dmesg',
  ENAMETOOLONG: 'give it a shorter name',
  ENOENT: 'see that it is there, or the directory that it goes into, then run this again',
  ENOSPC: 'make room on its filesystem, then run this again',
  EPERM: 'have root be allowed to use it, then run this again',
  EROFS: 'mount its filesystem for writing, then run this again',
};

/** What helps. */
export const systemErrorRemedy = ({ code }: SystemError): string =>
  REMEDIES[code] ?? 'see to what it names, then run this again';
