import { readFileSync } from 'node:fs';
import { readIfThere } from '../files.ts';

/**
 * Where dockerd writes its process id by itself, and where Debian's init script writes it as soon as it has started it;
 * old hosts have no link from /var/run to /run.
 */
const PID_FILES = ['/run/docker.pid', '/var/run/docker.pid', '/var/run/docker-ssd.pid'] as const;

/**
 * The process of the dockerd that runs on this host, or null. Programs called dockerd may run in containers as well, so
 * it is never searched for by name.
 */
export function daemonPid(): number | null {
  const texts = PID_FILES.map((path) => readIfThere(path)?.trim() ?? '');
  return (
    texts
      .filter((text) => /^[1-9]\d*$/.test(text))
      .map(Number)
      .find(isDaemon) ?? null
  );
}

/** The file outlives a daemon that was killed, and its number is given out again. A dead one that waits has no words left. */
const isDaemon = (pid: number): boolean =>
  processFile(pid, 'comm')?.trim() === 'dockerd' && processFile(pid, 'cmdline') !== '';

/** One of a process's files in /proc; null: the process is gone. */
export function processFile(pid: number, name: 'comm' | 'cmdline' | 'environ' | 'mountinfo'): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
