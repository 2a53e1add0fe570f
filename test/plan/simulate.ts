import { CONTAINERD_SERVICE } from '../../src/model/containerd.ts';
import type { BlockDevice } from '../../src/model/device.ts';
import { DOCKER_SERVICE } from '../../src/model/docker.ts';
import type { Host } from '../../src/model/host.ts';
import type { VolumeGroup } from '../../src/model/lvm.ts';
import { holds } from '../../src/plan/condition.ts';
import type { Action, Step } from '../../src/plan/step.ts';
import { FILES_DIRECTORY } from '../../src/tools/raw-pools.ts';
import { refuse } from './simulated/common.ts';
import { controlContainerd, ctr, observeContainerd, rmSnapshotter } from './simulated/containerd.ts';
import { control, docker, empty, release, unmount } from './simulated/docker-daemon.ts';
import { observe, worldOf } from './simulated/docker-disk.ts';
import { carry, carryHalf } from './simulated/docker-images.ts';
import { find, move, moveAside, moveBack, rm } from './simulated/docker-moves.ts';
import { observeFile, removeFiles } from './simulated/files-pool.ts';
import { pvcreate, pvremove, vgchange, vgcreate, vgremove } from './simulated/groups.ts';
import { dmsetup, losetup, lvextend, reload, truncate, vgextend, vgreduce } from './simulated/growth.ts';
import { executeRepair, forgetMended, isIll, observeFiles, repairAction } from './simulated/repair.ts';
import { lvchange, lvconvert, lvcreate, lvremove } from './simulated/volumes.ts';

/** What an action makes of a host, as LVM and the kernel would have it; throws where they would refuse. */
export function perform(host: Host, action: Action): Host {
  const after = observeContainerd(observeFiles(settle(carryOut(host, action))));
  return 'trees' in after ? observe(worldOf(after)) : after;
}

/** What a cut leaves of an action that is many: the first half of a move; null: such an action is done or is not. */
export function performHalf(host: Host, action: Action): Host | null {
  if (action.kind === 'save-images' || action.kind === 'remove-kept') return observe(carryHalf(worldOf(host), action));
  if (action.kind !== 'set-aside' && action.kind !== 'bring-back') return null;
  const cut = action.kind === 'set-aside' ? moveAside : moveBack;
  return observe(cut(worldOf(host), action, true));
}

function carryOut(host: Host, action: Action): Host {
  switch (action.kind) {
    case 'exec':
      return (isIll(host) && executeRepair(host, action.argv)) || execute(host, action.argv);
    case 'write-file':
      return writeFile(host, action);
    case 'remove-file':
      return observeFile(withFile(forgetMended(host, action.path), action.path, null), action.path, null);
    case 'move':
      return move(worldOf(host), action);
    case 'set-aside':
      return moveAside(worldOf(host), action);
    case 'bring-back':
      return moveBack(worldOf(host), action);
    case 'service':
      return service(host, action);
    case 'await':
      return holds(action.condition, host) ? host : refuse('not in time');
    case 'release-root':
      return unmount(worldOf(host));
    case 'reload-table':
      return reload(host, action);
    case 'release-pool':
      return releaseThins(host, action.poolName);
    case 'save-images':
    case 'list-containers':
    case 'load-images':
    case 'remove-kept':
      return carry(worldOf(host), action);
    case 'copy-metadata':
    case 'check-metadata':
    case 'mend-metadata':
    case 'check-mended':
    case 'forget-kept':
    case 'check-filesystems':
      return repairAction(host, action);
    case 'empty-pool':
      return empty(worldOf(host), action.poolName);
  }
}

/** Without Docker nobody but the kernel has any. */
const releaseThins = (host: Host, poolName: string): Host =>
  'trees' in host
    ? release(worldOf(host), poolName)
    : { ...host, thinDevices: host.thinDevices.filter((each) => each.poolName !== poolName) };

const withFile = (host: Host, path: string, content: string | null): Host => ({
  ...host,
  files: [...host.files.filter((file) => file.path !== path), { path, content }],
});

/** Docker has no restart here: it is stopped, and started. */
function service(host: Host, { verb, names }: Extract<Action, { kind: 'service' }>): Host {
  if (names.includes(CONTAINERD_SERVICE)) return controlContainerd(host, verb);
  return verb === 'restart' ? refuse('nobody restarts Docker') : control(worldOf(host), verb, names);
}

/** Settings of engines have an owner and a mode, which are kept. */
function writeFile(host: Host, { path, content, mode, owner }: Extract<Action, { kind: 'write-file' }>): Host {
  const after = observeFile(withFile(host, path, content), path, BigInt(content.length));
  const { docker, containerd } = after;
  const kept = { mode, owner: owner ?? { uid: 0, gid: 0 } };
  if (docker?.config.realPath === path)
    return { ...after, docker: { ...docker, config: { ...docker.config, ...kept } } };
  if (containerd?.config.realPath !== path) return after;
  return { ...after, containerd: { ...containerd, config: { ...containerd.config, ...kept } } };
}

/** Runs steps one after the other, leaving out what is only done if needed and is not. */
export const play = (host: Host, steps: readonly Step[]): Host =>
  steps.reduce((now, step) => (step.onlyIfNeeded && holds(step.done, now) ? now : perform(now, step.do)), host);

function execute(host: Host, [program, ...words]: readonly string[]): Host {
  switch (program) {
    case 'pvcreate':
      return pvcreate(host, words);
    case 'pvremove':
      return pvremove(host, words);
    case 'vgcreate':
      return vgcreate(host, words);
    case 'vgremove':
      return vgremove(host, words);
    case 'vgchange':
      return vgchange(host, words);
    case 'lvcreate':
      return lvcreate(host, words);
    case 'lvremove':
      return lvremove(host, words);
    case 'lvconvert':
      return lvconvert(host, words);
    case 'lvchange':
      return lvchange(host, words);
    case 'vgextend':
      return vgextend(host, words);
    case 'vgreduce':
      return vgreduce(host, words);
    case 'lvextend':
      return lvextend(host, words);
    case 'truncate':
      return truncate(host, words);
    case 'dmsetup':
      return dmsetup(host, words);
    case 'losetup':
      return losetup(host, words);
    case 'wipefs':
      return wipefs(host, words);
    case 'dd':
      return zero(host, words);
    case 'systemctl':
      return daemonReload(host);
    case 'docker':
      return docker(worldOf(host), words);
    case 'find':
      return find(worldOf(host), words);
    case 'ctr':
      return ctr(host, words);
    // The simulated disk has all that was written to it.
    case 'sync':
      return host;
    case 'rm':
      if (words.at(-1) === FILES_DIRECTORY) return removeFiles(host);
      return host.containerd?.snapshotterRoot.path === words.at(-1)
        ? rmSnapshotter(host, words.at(-1) as string)
        : rm(worldOf(host), words);
    default:
      return refuse(`${program}: command not found`);
  }
}

/** systemd reads which units the engines' services need and wait for. */
function daemonReload(host: Host): Host {
  const { files, docker, containerd } = host;
  const unitsBefore = (service: string): string[] =>
    files
      .filter(({ path }) => path.includes(`/${service}.d/`))
      .flatMap(({ content }) => /^After=(.*)$/m.exec(content ?? '')?.[1] ?? []);
  return {
    ...host,
    docker: docker && { ...docker, startsAfter: unitsBefore(DOCKER_SERVICE) },
    containerd: containerd && { ...containerd, startsAfter: unitsBefore(CONTAINERD_SERVICE) },
  };
}

const changeDevice = (host: Host, path: string, change: (device: BlockDevice) => BlockDevice): Host => ({
  ...host,
  devices: host.devices.map((device) => (device.kind === 'block' && device.path === path ? change(device) : device)),
});

const wipefs = (host: Host, words: readonly string[]): Host =>
  changeDevice(host, words.at(-1) as string, (device) => {
    if (device.busy) refuse('probing initialization failed: Device or resource busy');
    return { ...device, signatures: [], partitions: [] };
  });

/** The last MiB is zeroed after the first: then nothing is left. LVM leaves something in the first one only. */
function zero(host: Host, words: readonly string[]): Host {
  const value = (name: string): string =>
    words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  return changeDevice(host, value('of'), (device) => {
    if (device.busy) refuse('dd: Device or resource busy');
    const isWhole = value('seek') !== '' || device.edges === 'stale-lvm-metadata';
    return device.signatures.length === 0 && isWhole ? { ...device, edges: 'blank' } : device;
  });
}

/** The disks under a VG with active LVs are held by them. */
function settle(host: Host): Host {
  const isHeld = (vg: VolumeGroup): boolean => vg.logicalVolumes.some((lv) => lv.active);
  const held = new Set(host.volumeGroups.filter(isHeld).map((vg) => vg.name));
  return host.physicalVolumes.reduce(
    (now, { path, vgName }) =>
      changeDevice(now, path, (device) => {
        const busy = vgName !== null && held.has(vgName);
        const holder = { kind: 'holder', device: path, holder: `/dev/mapper/${vgName}`, holderKind: 'dm' } as const;
        return { ...device, busy, uses: busy ? [holder] : [] };
      }),
    host,
  );
}
