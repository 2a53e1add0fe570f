import { dmName, findLv, type LogicalVolume } from '../model/lvm.ts';
import { usableMetadataBlocks } from '../model/pool-metadata.ts';
import { lvchangeActivate, lvchangeDeactivate, lvextendMetadata } from '../tools/lvm-commands.ts';
import { lvchangeActivateClearing, lvchangeShow, lvconvertRepair } from '../tools/lvm-repair.ts';
import { bytes, extentsToBytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { all, any, type Condition, not } from './condition.ts';
import { exec, step } from './make-step.ts';
import { grownMetadata } from './repair-growth.ts';
import { forgetKept, keepSteps, noneFoundIll, staysDown } from './repair-keep.ts';
import type { RepairSite } from './repair-site.ts';
import type { SickLvmPool } from './repair-subject.ts';
import { hideVolume, volumeActive } from './repair-volumes.ts';
import type { Step } from './step.ts';

/** Steps that take a pool of LVM's apart, keep and mend its metadata, and activate it again. */
export function mendLvmPool({ before }: RepairSite, pool: SickLvmPool): Step[] {
  const { vg, lv } = pool;
  const part = lv.metadataLv as string;
  const isShown = !lv.active && findLv(vg, part)?.active === true;
  return [
    ...before.volumes
      .filter((name) => findLv(vg, name)?.active)
      .map((name) => hideVolume(pool, name, before.directory)),
    ...(lv.active ? [deactivateStep(pool, part, before.directory)] : []),
    ...(isShown ? [] : [showStep(pool, part)]),
    ...keepSteps(shownPath(pool, part), bytes(lv.metadataSizeBytes ?? 0n), before.directory, !lv.active),
    hideStep(pool, part),
    mendStep(pool, before.directory),
    checkMendedStep(pool, part, before.directory),
    activateStep(pool, before.directory),
    ...growSteps(pool, before.directory),
  ];
}

const shownPath = ({ vg }: SickLvmPool, part: string): string => `/dev/mapper/${dmName(vg.name, part)}`;

/** Its metadata are active by themselves, without it. */
const isAlone = (pool: SickLvmPool, part: string): Condition =>
  all(not({ is: 'pool-active', vg: pool.vg.name, pool: pool.lv.name }), volumeActive(pool, part));

function deactivateStep(pool: SickLvmPool, part: string, directory: string): Step {
  const { name, vg, lv, kernelName } = pool;
  const gone = not({ is: 'pool-active', vg: vg.name, pool: lv.name });
  const begins: Condition = { is: 'shown-metadata-begin', device: shownPath(pool, part) };
  return step({
    id: 'deactivate-pool',
    title: `Deactivate thin pool ${name}`,
    do: exec(lvchangeDeactivate(vg.name, lv.name)),
    undo: [
      // LVM has metadata that begin with zeros pass, and the kernel makes a new, empty pool of them.
      {
        when: isAlone(pool, part),
        needs: any({ is: 'metadata-checked', directory }, begins),
        do: exec(lvchangeDeactivate(vg.name, part)),
      },
      {
        when: gone,
        needs: noneFoundIll(directory),
        instead: staysDown(name, directory),
        do: exec(lvchangeActivate(vg.name, lv.name)),
      },
      forgetKept(directory, kernelName),
    ],
    done: gone,
    expect: [],
  });
}

function showStep(pool: SickLvmPool, part: string): Step {
  const alone = isAlone(pool, part);
  return step({
    id: 'show-metadata',
    title: `Activate ${pool.vg.name}/${part} by itself, read-only`,
    do: exec(lvchangeShow(pool.vg.name, part)),
    // Where the pool was active, what brings it back hides them first.
    undo: pool.lv.active ? [] : [{ when: alone, do: exec(lvchangeDeactivate(pool.vg.name, part)) }],
    done: alone,
    expect: [],
  });
}

const hideStep = (pool: SickLvmPool, part: string): Step =>
  step({
    id: 'hide-metadata',
    title: `Deactivate ${pool.vg.name}/${part}`,
    do: exec(lvchangeDeactivate(pool.vg.name, part)),
    done: not(volumeActive(pool, part)),
    expect: [],
  });

/** LVM gives what it has taken out the next number that nobody has. */
function keptName({ vg, lv: { name } }: SickLvmPool): string {
  const prefix = `${name}_meta`;
  const numbers = vg.logicalVolumes
    .filter((lv: LogicalVolume) => lv.name.startsWith(prefix) && /^\d+$/.test(lv.name.slice(prefix.length)))
    .map((lv) => Number(lv.name.slice(prefix.length)));
  return `${prefix}${Math.max(-1, ...numbers) + 1}`;
}

function mendStep(pool: SickLvmPool, directory: string): Step {
  const { vg, lv } = pool;
  const kept = keptName(pool);
  const done = any({ is: 'metadata-sound', directory }, { is: 'volume-present', vg: vg.name, lv: kept });
  return step({
    id: 'mend-metadata',
    title: `Repair its metadata into LVM's spare; the old ones stay as ${vg.name}/${kept}`,
    do: exec(lvconvertRepair(vg.name, lv.name)),
    done,
    final: 'done',
    onlyIfNeeded: true,
  });
}

/** LVM looks at them when it activates the pool, but for those that begin with zeros. */
const checkMendedStep = (pool: SickLvmPool, part: string, directory: string): Step =>
  step({
    id: 'check-mended',
    title: 'Look through the repaired metadata with thin_check',
    do: {
      kind: 'check-mended',
      device: shownPath(pool, part),
      file: null,
      directory,
      around: { show: lvchangeShow(pool.vg.name, part), hide: lvchangeDeactivate(pool.vg.name, part) },
    },
    done: any({ is: 'metadata-sound', directory }, { is: 'mended-sound', directory }),
    final: 'done',
    onlyIfNeeded: true,
  });

function activateStep({ name, vg, lv, kernelName }: SickLvmPool, directory: string): Step {
  const of = { vg: vg.name, pool: lv.name };
  return step({
    id: 'activate-pool',
    title: `Activate thin pool ${name}, the flag cleared where all is well, and have dmeventd watch it`,
    do: exec(lvchangeActivateClearing(vg.name, lv.name)),
    done: all({ is: 'pool-active', ...of }),
    // Nobody knew of an idle one that its metadata are full: there may be no room to make them larger.
    expect: [
      { is: 'pool-healthy', ...of },
      any({ is: 'metadata-roomy', directory }, { is: 'metadata-have-room', poolName: kernelName }),
    ],
    final: 'done',
  });
}

/** Only a pool that runs takes more: LVM extends it, and the kernel goes on. */
export function growSteps(pool: SickLvmPool, directory: string): Step[] {
  const { vg, lv } = pool;
  const extentCount = grownMetadata(pool);
  const sizeBytes = extentsToBytes(extentCount, vg.extentSizeBytes);
  if (sizeBytes <= (lv.metadataSizeBytes ?? 0n)) return [];
  const holds: Condition = { is: 'pool-part-holds', vg: vg.name, pool: lv.name, part: 'metadata', extentCount };
  const metadataBlocks = usableMetadataBlocks(sizeBytes);
  const seen: Condition = { is: 'kernel-metadata-holds', poolName: pool.kernelName, metadataBlocks };
  const roomy: Condition = { is: 'metadata-roomy', directory };
  return [
    step({
      id: 'grow-metadata',
      title: `Extend its metadata to ${formatSize(sizeBytes)}`,
      do: exec(lvextendMetadata(vg.name, lv.name, sizeBytes)),
      done: any(roomy, holds),
      expect: [any(roomy, all(holds, seen))],
      final: 'done',
      onlyIfNeeded: true,
    }),
  ];
}
