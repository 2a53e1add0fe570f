import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { KernelLog } from '../model/pool-survey.ts';
import { parseKernelWords } from '../tools/kmsg.ts';

/** One read gives one record; longer ones do not exist (CONSOLE_EXT_LOG_MAX). */
const RECORD_BYTES = 8192;

/** What the kernel's log still holds of mapped devices, as far as it can be read: in a container, perhaps not at all. */
export function readKernelLog(path = '/dev/kmsg'): KernelLog {
  const records: string[] = [];
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const buffer = Buffer.alloc(RECORD_BYTES);
    for (let text = nextRecord(fd, buffer); text !== null; text = nextRecord(fd, buffer)) records.push(text);
    return { words: parseKernelWords(records), problem: null };
  } catch (error) {
    return { words: parseKernelWords(records), problem: (error as Error).message };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** null: that was the last one. A record that was overwritten meanwhile (EPIPE) is skipped. */
function nextRecord(fd: number, buffer: Buffer): string | null {
  try {
    const length = readSync(fd, buffer);
    // Something else stands in its place, like /dev/null.
    return length === 0 ? null : buffer.toString('utf8', 0, length);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return null;
    if (code === 'EPIPE') return '';
    throw error;
  }
}
