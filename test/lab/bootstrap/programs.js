import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { announce, ask, must } from './spawn.js';

const everywhere = [
  'lvm2',
  'thin-provisioning-tools',
  'dmsetup',
  'udev',
  'kmod',
  'mount',
  'util-linux',
  'fdisk',
  'e2fsprogs',
  'xfsprogs',
  'procps',
];

/** For a guest with a kernel of its own, for another release in it, and for the few programs of the lab that are compiled. */
const guestOnly = ['user-mode-linux', 'debootstrap', 'debian-archive-keyring', 'gcc', 'libc6-dev'];

/** For guests too: what a pool is made for. busybox is all that is in the containers. */
const engines = ['docker.io', 'containerd', 'runc', 'busybox-static', 'curl'];

/** For guests again: who asks `dmtool status`, and by which way. promtool is in prometheus. */
const askers = ['nagios4-core', 'prometheus', 'prometheus-node-exporter', 'sudo', 'cron'];

/** nagios4-core wants some mailer: the smallest, which is no daemon, where there is none. */
const mailer = () => (existsSync('/usr/sbin/sendmail') ? [] : ['dma']);

/** Installs, and sees to it that no daemon comes to life on the host. */
const installer = fileURLToPath(new URL('install.sh', import.meta.url));

/** What tests of pure code run for real, on files: they are part of the checks. */
const pureOnly = ['thin-provisioning-tools', 'util-linux', 'e2fsprogs'];

const all = () =>
  process.env.DMTOOL_LAB === 'host' ? everywhere : [...everywhere, ...guestOnly, ...engines, ...askers, ...mailer()];

function findMissing(wanted) {
  const list = ask('dpkg-query', ['--list', ...wanted]);
  const installed = new Set([...list.matchAll(/^ii {2}([^ :]+)/gm)].map(([, name]) => name));
  return wanted.filter((name) => !installed.has(name));
}

/** Root may install; so may who can become root without being asked for a password. */
function findRight() {
  if (process.getuid() === 0) return [];
  return ask('sudo', ['-n', 'echo', 'yes']).trim() === 'yes' ? ['sudo', '-n'] : undefined;
}

/** Installs the Debian packages that the lab runs on, if any is missing. */
export const installPrograms = () =>
  install(all(), 'the tests run on a device-mapper of their own, in User Mode Linux');

/** Those that the checks run; of whatever distribution. */
export function installCheckPrograms() {
  if (ask('thin_restore', ['--version']) === '') install(pureOnly, 'the tests of pure code run them on files');
}

function install(wanted, why) {
  if (ask('apt-get', ['--version']) === '') {
    if (ask('lvm', ['version']) !== '' && process.env.DMTOOL_LAB === 'host') return;
    throw new Error(
      'lab: this is no Debian: tests run here as root with DMTOOL_LAB=host, given LVM 2, thin-provisioning-tools, ' +
        'dmsetup, udev, kmod, util-linux, e2fsprogs, xfsprogs and procps',
    );
  }
  const missing = findMissing(wanted);
  if (missing.length === 0) return;
  const right = findRight();
  const command = ['sh', installer, ...missing];
  if (right === undefined) {
    throw new Error(`lab: Debian packages are missing; please run: sudo ${command.join(' ')}`);
  }
  announce(`installing ${missing.join(' ')}: ${why}`);
  const [program = '', ...rest] = [...right, ...command];
  must(program, rest, { stdio: ['ignore', 2, 2] });
  announce(`installed ${missing.join(' ')}`);
}
