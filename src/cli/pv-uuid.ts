import { closeSync, openSync, readSync } from 'node:fs';

const UUID_CHARACTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const UUID_GROUPS = [6, 4, 4, 4, 4, 4, 6];

/** A UUID in LVM's form (lvm2, lib/uuid/uuid.c): 32 letters and digits in seven groups. */
export function newPvUuid(): string {
  const characters = randomNumbers(32).map((number) => UUID_CHARACTERS.charAt(number % UUID_CHARACTERS.length));
  return UUID_GROUPS.map((length) => characters.splice(0, length).join('')).join('-');
}

/** The kernel's own random numbers (urandom(4)), of 32 bits: Node's crypto takes as long to load as a program to run. */
function randomNumbers(count: number): number[] {
  const numbers = new Uint32Array(count);
  const fd = openSync('/dev/urandom', 'r');
  try {
    readSync(fd, numbers);
  } finally {
    closeSync(fd);
  }
  return [...numbers];
}
