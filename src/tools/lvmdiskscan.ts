/** Reads the device names of lvmdiskscan(8)'s lines `  /dev/sdb [     10.00 GiB] LVM physical volume`. */
export const parseLvmdiskscan = (text: string): string[] =>
  [...text.matchAll(/^[^\S\n]*(\/dev\/\S+)\s+\[/gm)].map(([, path]) => path as string);
