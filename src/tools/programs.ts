type Packages = Readonly<Record<string, { debian: string; rhel: string }>>;

/** Which package brings a program that pools need, on Debian and its kin and on RHEL and its kin. */
const POOL_PACKAGES: Packages = {
  lvm: { debian: 'lvm2', rhel: 'lvm2' },
  lvmconfig: { debian: 'lvm2', rhel: 'lvm2' },
  lvmdiskscan: { debian: 'lvm2', rhel: 'lvm2' },
  pvcreate: { debian: 'lvm2', rhel: 'lvm2' },
  pvremove: { debian: 'lvm2', rhel: 'lvm2' },
  vgcreate: { debian: 'lvm2', rhel: 'lvm2' },
  vgremove: { debian: 'lvm2', rhel: 'lvm2' },
  vgchange: { debian: 'lvm2', rhel: 'lvm2' },
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

/** The same for programs that growing a pool needs, of either kind. */
const GROWTH_PACKAGES: Packages = {
  vgextend: { debian: 'lvm2', rhel: 'lvm2' },
  vgreduce: { debian: 'lvm2', rhel: 'lvm2' },
  lvextend: { debian: 'lvm2', rhel: 'lvm2' },
  losetup: { debian: 'mount', rhel: 'util-linux-core' },
  truncate: { debian: 'coreutils', rhel: 'coreutils' },
  od: { debian: 'coreutils', rhel: 'coreutils' },
  blockdev: { debian: 'util-linux', rhel: 'util-linux' },
  sh: { debian: 'dash', rhel: 'bash' },
};

/** The same for programs that Docker needs. */
const DOCKER_PACKAGES: Packages = {
  dockerd: { debian: 'docker.io', rhel: 'docker-ce' },
  docker: { debian: 'docker.io', rhel: 'docker-ce-cli' },
  systemctl: { debian: 'systemd', rhel: 'systemd' },
  service: { debian: 'init-system-helpers', rhel: 'initscripts' },
  find: { debian: 'findutils', rhel: 'findutils' },
  rm: { debian: 'coreutils', rhel: 'coreutils' },
  umount: { debian: 'mount', rhel: 'util-linux' },
};

/** The same for programs that containerd and its snapshotter need. */
const CONTAINERD_PACKAGES: Packages = {
  containerd: { debian: 'containerd', rhel: 'containerd.io' },
  ctr: { debian: 'containerd', rhel: 'containerd.io' },
  systemctl: { debian: 'systemd', rhel: 'systemd' },
  'mkfs.ext4': { debian: 'e2fsprogs', rhel: 'e2fsprogs' },
  'mkfs.ext2': { debian: 'e2fsprogs', rhel: 'e2fsprogs' },
  'mkfs.xfs': { debian: 'xfsprogs', rhel: 'xfsprogs' },
  rm: { debian: 'coreutils', rhel: 'coreutils' },
};

/** The same for programs that read from thin devices. */
const DEVICE_PACKAGES: Packages = {
  mount: { debian: 'mount', rhel: 'util-linux' },
  umount: { debian: 'mount', rhel: 'util-linux' },
  thin_ls: { debian: 'thin-provisioning-tools', rhel: 'device-mapper-persistent-data' },
};

/** The same for programs that repair a pool's metadata, and look at what lies on it. */
const REPAIR_PACKAGES: Packages = {
  thin_repair: { debian: 'thin-provisioning-tools', rhel: 'device-mapper-persistent-data' },
  blkid: { debian: 'util-linux', rhel: 'util-linux' },
  e2fsck: { debian: 'e2fsprogs', rhel: 'e2fsprogs' },
  xfs_repair: { debian: 'xfsprogs', rhel: 'xfsprogs' },
};

const ALL_PACKAGES: Packages = {
  ...POOL_PACKAGES,
  ...GROWTH_PACKAGES,
  ...DOCKER_PACKAGES,
  ...CONTAINERD_PACKAGES,
  ...DEVICE_PACKAGES,
  ...REPAIR_PACKAGES,
};

/** Every program that dmtool may run, whatever it is asked to do. */
export const ALL_PROGRAMS: readonly string[] = Object.keys(ALL_PACKAGES);

/** Every program that setting up a pool may run. */
export const SETUP_PROGRAMS: readonly string[] = Object.keys(POOL_PACKAGES);

/** Every program that growing a pool may run, beside those that look. */
export const GROWTH_PROGRAMS: readonly string[] = [
  ...['pvcreate', 'pvremove', 'lvchange', 'dd', 'flock'],
  ...Object.keys(GROWTH_PACKAGES),
];

/** Every program that bringing pools back may run, beside those that look. */
export const ACTIVATION_PROGRAMS: readonly string[] = ['lvchange', 'losetup', 'flock'];

/** Every program that a pool on files may need, at boot too, beside those that look. */
export const FILES_PROGRAMS: readonly string[] = ['losetup', 'truncate', 'flock', 'blockdev', 'od'];
/** Every program that a repair can't do without, beside those that look. */
export const REPAIR_PROGRAMS: readonly string[] = [
  ...['lvchange', 'lvconvert', 'lvextend', 'losetup', 'flock'],
  ...['thin_check', 'thin_repair'],
];

/** Every program that looking after a pool that exists may run, beside those that look. */
export const CARE_PROGRAMS: readonly string[] = ['lvchange', 'dmeventd', 'flock'];

/** Every program that may run for Docker. */
export const DOCKER_PROGRAMS: readonly string[] = Object.keys(DOCKER_PACKAGES);

/** Every program that may run to read from thin devices. */
export const DEVICE_PROGRAMS: readonly string[] = Object.keys(DEVICE_PACKAGES);

/** Without these nothing can be looked at. */
export const PROBE_PROGRAMS: readonly string[] = ['lvm', 'lvmconfig', 'lvmdiskscan', 'dmsetup', 'wipefs'];

/** How to get a program, by package manager. */
export function installRemedy(program: string): string {
  const packages = ALL_PACKAGES[program];
  if (!packages) return `install ${program}`;
  return `apt-get install ${packages.debian} (Debian, Ubuntu) or dnf install ${packages.rhel} (RHEL and its kin)`;
}
