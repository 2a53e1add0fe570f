/** Programs that only look, as the launcher's shell reads them. All others are changes. */
const READERS = [
  /^lvm(config|diskscan)? (fullreport|.*--type|)/,
  /^(lvmconfig|lvmdiskscan|flock|journalctl|thin_ls|findmnt|containerd|udevadm)\b/,
  /^dmsetup (table|status|info|deps|ls|version)\b/,
  /^wipefs .*(--json|--no-act)/,
  /^losetup --list/,
  /^systemctl (show|is-active|is-enabled|list-units|cat)\b/,
  /^ctr .*\b(ls|list|info)\b/,
  /^docker (version|info|ps|inspect|image ls|image inspect|volume ls)\b/,
  /^dockerd --version/,
  /^service \S+ status/,
];

/** The words of a command, without their quotes and without the program's directory. */
const plain = (command: string): string => command.replaceAll(/'([^']*)'/g, '$1').replace(/^\S*\//, '');

/** Whether a command of the launcher's changes the machine. */
export const isChange = (command: string): boolean => READERS.every((reader) => !reader.test(plain(command)));

/** LVM's UUIDs are chosen anew for each run, and numbers of loop devices follow what is free. */
const UUID = /\b\w{6}(?:-\w{4}){5}-\w{6}\b/g;

/** What a change is called: the same in each run, and different from the others in its run. */
export const nameOfCall = (text: string, count: number): string => {
  const name = plain(text).replaceAll(UUID, 'UUID').replaceAll(/\s+/g, ' ').trim();
  return count === 1 ? name : `${name} (${count})`;
};
