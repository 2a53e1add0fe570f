import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { KernelWord } from '../model/pool-survey.ts';
import { parseKernelWords } from '../tools/kmsg.ts';

/** One read gives one record; longer ones do not exist (CONSOLE_EXT_LOG_MAX). */
const RECORD_BYTES = 8192;

/** What the kernel's log still holds of mapped devices; nothing where it can't be read, as in a container. */
export function readKernelWords(): KernelWord[] {
  let fd: number;
  try {
    fd = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return [];
  }
  const records: string[] = [];
  const buffer = Buffer.alloc(RECORD_BYTES);
  try {
    for (;;) {
      const text = nextRecord(fd, buffer);
      if (text === null) return parseKernelWords(records);
      records.push(text);
    }
  } finally {
    closeSync(fd);
  }
}

/** null: that was the last one. A record that was overwritten meanwhile (EPIPE) is skipped. */
function nextRecord(fd: number, buffer: Buffer): string | null {
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPIPE' ? '' : null;
  }
}
