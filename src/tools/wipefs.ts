import type { Signature } from '../model/device.ts';
import { bytes } from '../units/quantity.ts';
import type { Argv } from './argv.ts';
import { oneLine } from './printable.ts';
import { UnreadableOutput } from './unreadable.ts';

/** wipefs(8): everything that libblkid recognises on a device; changes nothing. */
export const wipefsList = (device: string): Argv => ['wipefs', '--no-act', '--parsable', '--', device];

/** wipefs(8): takes every signature and partition table off, with the magic only, so that the kernel drops partitions. */
export const wipefsAll = (device: string): Argv => ['wipefs', '--all', '--', device];

/** dd(1): writes zeros over one MiB, from the given byte on; nocreat, lest a device that is gone become a file. */
export const zeroMebibyte = (device: string, offsetBytes: bigint): Argv => [
  'dd',
  ...['if=/dev/zero', `of=${device}`, 'bs=1M', 'count=1', 'conv=fsync,nocreat'],
  ...(offsetBytes === 0n ? [] : [`seek=${offsetBytes}`, 'oflag=seek_bytes']),
];

/**
 * Reads wipefs --parsable: `# offset,uuid,label,type`, then a line each, unsafe bytes as \x..., but commas as they are. A label
 * is told as it was given, but for what a terminal would obey.
 * @throws UnreadableOutput when a line is not that
 */
export function parseWipefs(text: string): Signature[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const match = /^(0x[0-9a-f]{1,16}),([^,]*),(.*),([^,]+)$/.exec(line);
      if (!match) throw new UnreadableOutput('wipefs', 'a line that is no signature', line);
      const [, offset, uuid, label, type] = match as unknown as [string, string, string, string, string];
      return { type, offsetBytes: bytes(BigInt(offset)), uuid, label: oneLine(unescaped(label)) };
    });
}

const unescaped = (text: string): string => {
  const bytesOfIt = text.replaceAll(/\\x([0-9a-f]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(bytesOfIt, 'latin1').toString();
};
