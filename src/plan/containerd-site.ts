import { restoreConfig, withSettings } from '../engines/containerd/config-text.ts';
import { type SnapshotterWish, settingsFor } from '../engines/containerd/settings.ts';
import {
  type ContainerdFacts,
  type EffectiveConfig,
  isContainerdUp,
  type SnapshotterSettings,
} from '../model/containerd.ts';
import type { Host } from '../model/host.ts';
import type { ContainerdOwnership } from '../model/ownership.ts';
import { all, type Condition, holds } from './condition.ts';
import { freeName } from './docker-place.ts';

/** The pool that containerd is to run on. */
export interface ContainerdTarget {
  /** As dmtool's records call it. */
  name: string;
  /** Its device-mapper name. */
  poolName: string;
  /** It lies in files: blocks that are given up go back to their filesystem. */
  isOnFiles: boolean;
}

/** containerd as it is found, beside what it is to run on. */
export interface ContainerdSite {
  containerd: ContainerdFacts;
  target: ContainerdTarget;
  settings: SnapshotterSettings;
  /** config.toml as it is to be; null: it can't be written line by line. */
  text: string | null;
  /** Its metadata know of devices on the target. */
  isOnTarget: boolean;
  /** An earlier run was cut off. */
  isUnfinished: boolean;
  owns: ContainerdOwnership;
  /** What is read back from its files before it is restarted. */
  configured: Condition;
  /** The same, and that the snapshotter runs. */
  expect: Condition;
}

/** Compares containerd with what is wanted. Its files must have been found well-formed. */
export function surveyContainerd(
  host: Host,
  containerd: ContainerdFacts,
  target: ContainerdTarget,
  wish: SnapshotterWish,
): ContainerdSite {
  const { config, snapshotterRoot } = containerd;
  const { snapshotter: present, others } = containerd.effective as EffectiveConfig;
  const settings = settingsFor(present, { ...target, root: snapshotterRoot.path }, wish);
  const text = withSettings(config.content, settings);
  const unfinished = host.ownership.find((record) => record.name === target.name)?.containerd;
  const record = unfinished ?? host.installed.find((each) => each.name === target.name)?.containerd;
  const configured: Condition = {
    is: 'containerd-config',
    path: config.path,
    settings,
    others,
  };
  return {
    containerd,
    target,
    settings,
    text,
    isOnTarget: snapshotterRoot.poolNames.includes(target.poolName),
    isUnfinished: unfinished !== undefined,
    owns: ownershipOf(containerd, text ?? '', record),
    configured,
    expect: all(configured, { is: 'containerd-runs' }, { is: 'snapshotter', state: 'ok' }),
  };
}

function ownershipOf(
  { config, snapshotterRoot, ...containerd }: ContainerdFacts,
  written: string,
  record: ContainerdOwnership | undefined,
): ContainerdOwnership {
  const { content, realPath: path, mode, owner, backups } = config;
  if (record) {
    const { before } = record.config;
    // What others wrote into it since is theirs: it is there in the end, too.
    const now = content === before ? before : (restoreConfig(content, before, record.config.written) ?? before);
    return { ...record, config: { ...record.config, before: now, written } };
  }
  return {
    ran: isContainerdUp({ config, snapshotterRoot, ...containerd }),
    config: {
      ...{ path, before: content, written, mode, owner },
      backup: content === null ? null : freeName(`${path}.bk`, backups),
    },
    root: { path: snapshotterRoot.path, isOurs: !snapshotterRoot.isThere },
  };
}

/** Whether there is nothing to do for containerd. */
export const isContainerdAsWanted = (host: Host, { containerd, text, expect }: ContainerdSite): boolean =>
  text === containerd.config.content && holds(expect, host);
