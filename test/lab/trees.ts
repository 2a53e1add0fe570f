import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { LabFailure } from './errors.ts';

/** Debian's releases before and after the one that guests run: what their programs say differs. */
export const RELEASES = ['bullseye', 'trixie'] as const;

/** Outside the project: they are kept when it is cloned again. */
const CACHE = `${process.env['XDG_CACHE_HOME'] ?? `${homedir()}/.cache`}/dmtool-lab`;

/** LVM with all that it calls. */
const PACKAGES = 'lvm2,thin-provisioning-tools,dmsetup,udev';

/**
 * A directory with another release in it, made when it is not there yet, from where this machine gets its packages.
 * @throws LabFailure
 */
export function treeOf(release: string): string {
  const tree = `${CACHE}/trees/${release}`;
  const done = `${tree}/.complete`;
  if (existsSync(done)) return tree;
  rmSync(tree, { recursive: true, force: true });
  const command = `mkdir -p "$1" && debootstrap --variant=minbase --include=${PACKAGES} "$2" "$1" && touch "$3"`;
  const { status, stdout } = spawnSync('sh', ['-c', command, 'sh', tree, release, done], { encoding: 'utf8' });
  if (status !== 0)
    throw new LabFailure(
      `debootstrap ${release}: exit ${status} (apt-get install debootstrap)\n${stdout.slice(-2000)}`,
    );
  return tree;
}
