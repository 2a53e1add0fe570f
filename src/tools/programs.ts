/** Which package brings a program, on Debian and its kin and on RHEL and its kin. */
const PACKAGES: Readonly<Record<string, { debian: string; rhel: string }>> = {
  lvm: { debian: 'lvm2', rhel: 'lvm2' },
  lvmconfig: { debian: 'lvm2', rhel: 'lvm2' },
  lvmdiskscan: { debian: 'lvm2', rhel: 'lvm2' },
  pvcreate: { debian: 'lvm2', rhel: 'lvm2' },
  pvremove: { debian: 'lvm2', rhel: 'lvm2' },
  vgcreate: { debian: 'lvm2', rhel: 'lvm2' },
  vgremove: { debian: 'lvm2', rhel: 'lvm2' },
  lvcreate: { debian: 'lvm2', rhel: 'lvm2' },
  lvremove: { debian: 'lvm2', rhel: 'lvm2' },
  lvconvert: { debian: 'lvm2', rhel: 'lvm2' },
  lvchange: { debian: 'lvm2', rhel: 'lvm2' },
  dmeventd: { debian: 'dmeventd', rhel: 'device-mapper-event' },
  dmsetup: { debian: 'dmsetup', rhel: 'device-mapper' },
  thin_check: { debian: 'thin-provisioning-tools', rhel: 'device-mapper-persistent-data' },
  wipefs: { debian: 'util-linux', rhel: 'util-linux' },
  flock: { debian: 'util-linux', rhel: 'util-linux' },
  dd: { debian: 'coreutils', rhel: 'coreutils' },
};

/** Every program that setting up a pool may run. */
export const SETUP_PROGRAMS: readonly string[] = Object.keys(PACKAGES);

/** Without these nothing can be looked at. */
export const PROBE_PROGRAMS: readonly string[] = ['lvm', 'lvmconfig', 'lvmdiskscan', 'dmsetup', 'wipefs'];

/** How to get a program, by package manager. */
export function installRemedy(program: string): string {
  const packages = PACKAGES[program];
  if (!packages) return `install ${program}`;
  return `apt-get install ${packages.debian} (Debian, Ubuntu) or dnf install ${packages.rhel} (RHEL and its kin)`;
}
