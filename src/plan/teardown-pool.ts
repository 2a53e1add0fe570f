import { findVg, type Host } from '../model/host.ts';
import {
  dmName,
  findLv,
  isAdopted,
  isMadePool,
  isOurPool,
  isOurs,
  type LogicalVolume,
  type VolumeGroup,
} from '../model/lvm.ts';
import type { PoolOwnership } from '../model/ownership.ts';
import { kernelPoolOf } from '../model/thin-pool.ts';
import { lvremove, pvremove, vgremove } from '../tools/lvm-commands.ts';
import { zeroMebibyte } from '../tools/wipefs.ts';
import { formatSize } from '../units/size.ts';
import { all, type Condition, holds, not } from './condition.ts';
import { exec, step } from './make-step.ts';
import type { Refusal } from './refusal.ts';
import type { Step } from './step.ts';
import { isLeftByDocker, leftSteps } from './teardown-left.ts';
import { removeProfileSteps } from './teardown-profiles.ts';
import { refuseAdopted } from './teardown-subject.ts';

/** What stands against removing the pool: only what is dmtool's goes, and only when nothing else is in it. */
export function refusePoolTeardown(host: Host, owns: PoolOwnership, hasEngine: boolean): Refusal[] {
  const subject = `${owns.vg}/${owns.pool}`;
  const vg = findVg(host, owns.vg);
  const pool = findLv(vg, owns.pool);
  if (!vg || !pool) return [];
  // With an engine on it the engine goes back, and the pool stays.
  if (isAdopted(pool)) return hasEngine ? [] : [refuseAdopted([subject])];
  if (isLeftByDocker(host, owns)) return [];
  if (pool.kind !== 'thin-pool' ? !isOurs(pool) : !isOurPool(vg, pool)) {
    const remedy = 'remove it by hand, with lvremove, if it is yours to remove';
    return [{ code: 'not-ours', subject, reason: 'it does not carry the tag dmtool', remedy }];
  }
  const volumes = vg.logicalVolumes.filter(({ poolLv }) => poolLv === owns.pool).map(({ name }) => name);
  const devices = hasEngine ? [] : activeOn(host, owns);
  return [
    ...volumes.map((name): Refusal => {
      const reason = `thin volume ${name} lives in it`;
      return { code: 'in-use', subject, reason, remedy: `lvremove ${owns.vg}/${name}, if nobody needs it` };
    }),
    ...devices.map((name): Refusal => {
      const reason = `device ${name} is active on it`;
      return { code: 'in-use', subject, reason, remedy: `stop what uses it, then dmsetup remove ${name}` };
    }),
  ];
}

const activeOn = (host: Host, { vg, pool }: PoolOwnership): string[] =>
  host.thinDevices.filter(({ poolName }) => poolName === dmName(vg, pool)).map(({ name }) => name);

/** A pool that was adopted is not dmtool's to remove. */
export function staysAfter(host: Host, { vg, pool }: PoolOwnership): boolean {
  const lv = findLv(findVg(host, vg), pool);
  return lv !== undefined && isAdopted(lv);
}

/** Steps that remove the pool, its VG and PVs where nothing else is in them, and the profile. */
export function poolTeardownSteps(host: Host, owns: PoolOwnership, profileHead: string): Step[] {
  if (staysAfter(host, owns)) return [];
  if (isLostToLvm(host, owns)) return [{ ...removeLostStep(owns), final: 'begun' }];
  if (isLeftByDocker(host, owns)) return leftSteps(host, owns);
  const vg = findVg(host, owns.vg);
  const lvs = leftLvs(vg, owns);
  const takesVg = vg !== undefined && owns.makesVg && isOurs(vg) && !holdsOthers(vg, lvs);
  const paths = devicePaths(host, owns, takesVg);
  const steps = [
    ...lvs.map((lv) => removeLvStep(owns, lv)),
    ...(takesVg ? [removeVgStep(owns.vg)] : []),
    ...paths.flatMap((path) => removePvSteps(host, path)),
    ...removeProfileSteps(host, owns, profileHead),
  ];
  return steps.map((each) => ({ ...each, final: 'begun' }));
}

/** The kernel runs it, and LVM, which made it, does not find its VG: a disk that can't be read. */
const isLostToLvm = (host: Host, { vg, pool }: PoolOwnership): boolean =>
  findVg(host, vg) === undefined && kernelPoolOf(host.thinPools, vg, pool) !== undefined;

/** Nobody can remove what can't be read: the step fails, tells what LVM says, and is what the next run goes on with. */
const removeLostStep = ({ vg, pool }: PoolOwnership): Step =>
  step({
    id: `lvremove:${pool}`,
    title: `Remove thin pool ${vg}/${pool}, which the kernel runs and LVM does not find: its disk can't be read`,
    do: exec(lvremove(vg, pool)),
    done: all(not({ is: 'thin-pool', vg, pool }), not({ is: 'pool-present', poolName: dmName(vg, pool) })),
  });

/** The pool, or what a run that was cut off had made of it; never another pool that is called like its metadata. */
function leftLvs(vg: VolumeGroup | undefined, { pool }: PoolOwnership): LogicalVolume[] {
  if (!vg) return [];
  return vg.logicalVolumes.filter(
    (lv) =>
      (lv.name === pool && isMadePool(vg, lv)) || (lv.name === `${pool}meta` && lv.kind === 'plain' && isOurs(lv)),
  );
}

const holdsOthers = (vg: VolumeGroup, going: readonly LogicalVolume[]): boolean =>
  vg.logicalVolumes.some((lv) => (lv.kind === 'thin-pool' || lv.role.includes('public')) && !going.includes(lv));

function removeLvStep({ vg, pool }: PoolOwnership, { name, kind, sizeBytes }: LogicalVolume): Step {
  const gone: Condition =
    kind === 'thin-pool' ? not({ is: 'thin-pool', vg, pool: name }) : not({ is: 'our-volume', vg, lv: name });
  return step({
    id: `lvremove:${name}`,
    title: `Remove ${name === pool ? 'thin pool' : 'LV'} ${vg}/${name}`,
    do: exec(lvremove(vg, name)),
    destroys: `${vg}/${name} (${formatSize(sizeBytes)}) and all that is in it`,
    done: gone,
  });
}

const removeVgStep = (vg: string): Step =>
  step({
    id: 'vgremove',
    title: `Remove VG ${vg}`,
    do: exec(vgremove(vg)),
    done: not({ is: 'our-volume-group', vg }),
  });

/** The PVs of a VG that goes, and those that a cut-off run had begun. */
function devicePaths(host: Host, owns: PoolOwnership, takesVg: boolean): string[] {
  const ofVg = takesVg ? host.physicalVolumes.filter(({ vgName }) => vgName === owns.vg).map(({ path }) => path) : [];
  const begun = owns.devices
    .filter(({ path, pvUuid }) => holds({ is: 'begun-physical-volume', device: path, uuid: pvUuid, vg: owns.vg }, host))
    .filter(({ path }) => host.physicalVolumes.every((pv) => pv.path !== path || pv.vgName === null))
    .map(({ path }) => path);
  return [...new Set([...ofVg, ...begun])];
}

/** pvremove leaves its metadata area behind: a device that was blank is blank again only after the zeros. */
function removePvSteps(host: Host, path: string): Step[] {
  const pv = host.physicalVolumes.find((each) => each.path === path);
  const blank: Condition = { is: 'device-blank', device: path };
  const zero = step({
    id: `zero:${path}`,
    title: `Zero the first MiB of ${path}`,
    do: exec(zeroMebibyte(path, 0n)),
    done: blank,
  });
  if (!pv) return [zero];
  const remove = step({
    id: `pvremove:${path}`,
    title: `Take the LVM label off ${path}`,
    do: exec(pvremove(path)),
    done: not({ is: 'physical-volume', device: path, uuid: pv.uuid }),
  });
  return [remove, zero];
}
