import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { LabFailure } from './errors.ts';
import { searchPath } from './paths.ts';

/** LVM with all that it calls. */
const lvm = ['lvm2', 'thin-provisioning-tools', 'dmsetup', 'udev'];

/** What the lab and its stories ask of any guest. */
const guest = [
  ...['systemd', 'systemd-sysv', 'procps', 'kmod', 'mount', 'util-linux', 'fdisk', 'iproute2', 'curl'],
  ...['e2fsprogs', 'xfsprogs', 'busybox-static'],
];

/** Debian's releases before and after the one that guests run by default, and what of them is wanted. */
const packages = {
  bullseye: lvm,
  trixie: [...lvm, ...guest, 'docker.io', 'docker-cli', 'containerd', 'runc'],
} as const;

export type Release = keyof typeof packages;

/** What LVM's and device-mapper's programs say differs between them. */
export const RELEASES: readonly Release[] = ['bullseye', 'trixie'];

/** Outside the project: they are kept when it is cloned again. */
const CACHE = `${process.env['XDG_CACHE_HOME'] ?? `${homedir()}/.cache`}/dmtool-lab`;

const script = fileURLToPath(new URL('tree.sh', import.meta.url));

/**
 * A directory with another release in it, made when it is not there yet or was made of other packages, from where this machine
 * gets its own.
 * @throws LabFailure
 */
export function treeOf(release: Release): string {
  const tree = `${CACHE}/trees/${release}`;
  const list = packages[release].join(',');
  const marker = `.complete-${createHash('sha256').update(list).digest('hex').slice(0, 12)}`;
  if (existsSync(`${tree}/${marker}`)) return tree;
  console.error(`lab: making a tree of Debian’s ${release} for guests (${tree})`);
  mkdirSync(`${CACHE}/trees`, { recursive: true });
  const making = ['sh', script, tree, release, list, marker];
  const [program = '', ...words] = process.getuid?.() === 0 ? making : ['sudo', '-n', ...making];
  const { status, stdout, stderr } = spawnSync(program, words, {
    encoding: 'utf8',
    env: { ...process.env, PATH: searchPath },
  });
  if (status === 0) return tree;
  const said = `${stdout?.slice(-2000) ?? ''}${stderr ?? ''}`;
  throw new LabFailure(`no tree of Debian’s ${release}; to make it: sudo ${making.join(' ')}\n${said}`);
}
