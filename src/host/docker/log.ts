import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ServiceManager } from '../../model/docker.ts';
import { journalTail, lastLines } from '../../tools/journalctl.ts';
import { CommandFailed, DeadlinePassed } from '../errors.ts';
import type { Launcher } from '../launcher.ts';
import { findProgram } from '../programs.ts';
import { read } from '../run.ts';

/** Where Debian's init script sends what dockerd says. */
const LOG_FILE = '/var/log/docker.log';
/** The daemon's lines are long, but not that long. */
const TAIL_BYTES = 64 * 1024;

/** The last that an engine said, for a report of why it does not start; empty when that is not to be had. */
export async function lastLogLines(
  { manager, unit }: { manager: ServiceManager; unit: string },
  count: number,
  launcher: Launcher,
): Promise<string[]> {
  const text = manager === 'systemd' ? await journal(unit, count, launcher) : tailOf(LOG_FILE);
  return lastLines(text, count);
}

async function journal(unit: string, count: number, launcher: Launcher): Promise<string> {
  if (findProgram('journalctl') === undefined) return '';
  try {
    return await read(journalTail(unit, count), launcher);
  } catch (error) {
    // This only explains another failure, and must not take its place.
    if (error instanceof CommandFailed || error instanceof DeadlinePassed) return '';
    throw error;
  }
}

function tailOf(path: string): string {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const start = Math.max(0, fstatSync(fd).size - TAIL_BYTES);
    const tail = Buffer.alloc(TAIL_BYTES);
    const text = tail.toString('utf8', 0, readSync(fd, tail, 0, TAIL_BYTES, start));
    // What begins in the middle of a line is no line.
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    closeSync(fd);
  }
}
