import type { Owner, ServiceManager } from '../model/docker.ts';
import type { KeptImage } from '../model/keeping.ts';
import type { OwnershipRecord } from '../model/ownership.ts';
import type { Argv } from '../tools/argv.ts';
import type { ServiceVerb } from '../tools/service.ts';
import type { Bytes } from '../units/quantity.ts';
import type { Condition } from './condition.ts';
import type { Refusal } from './refusal.ts';

/** Everything that dmtool can do to a machine. Plain data: a step can be shown, stored and compared. */
export type Action =
  | { kind: 'exec'; argv: Argv }
  /** owner absent: root's. */
  | { kind: 'write-file'; path: string; content: string; mode: number; owner?: Owner }
  /** prunes: its directory too, when nothing else is in it. */
  | { kind: 'remove-file'; path: string; prunes?: true }
  /** One rename on one filesystem: from is gone when to is there. */
  | { kind: 'move'; from: string; to: string }
  | ({ kind: 'set-aside' } & Place)
  | ({ kind: 'bring-back' } & Place)
  | { kind: 'service'; verb: ServiceVerb; manager: ServiceManager; names: readonly string[] }
  /** Looks again and again until the condition holds; fails when the service has failed, or the deadline passes. */
  | { kind: 'await'; condition: Condition; deadlineMs: number }
  /** Unmounts what dockerd left mounted over itself. */
  | { kind: 'release-root'; root: string; isMountPoint: boolean }
  /** Removes the thin devices that an engine left active on a pool. */
  | { kind: 'release-pool'; poolName: string }
  /** Gives the kernel a pool's new table; where it takes it badly, the former one again. */
  | { kind: 'reload-table'; poolName: string; table: string; formerTable: string }
  /** Deletes what Docker made on a pool that was unused, as its metadata in a data root tells. */
  | { kind: 'empty-pool'; poolName: string; root: string }
  | TransferAction
  | RepairAction;

/** What goes from one store of images to another, through files in a directory of dmtool's own. Bytes are told as they go. */
export type TransferAction =
  /** One archive of all these tags, with its checksum; what comes must be just these images. */
  | { kind: 'save-images'; directory: string; tags: readonly string[]; images: readonly KeptImage[]; sizeBytes: Bytes }
  /** Writes down how each container was started. */
  | { kind: 'list-containers'; directory: string; images: readonly KeptImage[] }
  /** The archive has to be as its checksum says. */
  | { kind: 'load-images'; directory: string }
  /** The directory goes with the last of its files. */
  | { kind: 'remove-kept'; directory: string; files: readonly string[] };

/** What is done with a pool's metadata while nobody uses them, and what is written down of it in a directory of dmtool's own. */
export type RepairAction =
  /** A compressed copy, with its checksum. Bytes are told as they go. */
  | { kind: 'copy-metadata'; device: string; sizeBytes: Bytes; directory: string }
  /** thin_check's verdict, and how full they are. */
  | { kind: 'check-metadata'; device: string; directory: string }
  /** What can be read of them into a new file of that size. */
  | { kind: 'mend-metadata'; device: string; path: string; sizeBytes: Bytes; directory: string }
  /** thin_check's word about new metadata, before anybody uses them. */
  | {
      kind: 'check-mended';
      device: string;
      /** The file that the device must have; null: it is no loop device. */
      file: string | null;
      directory: string;
      /** What shows it for that time, and what hides it again; null: it is there. */
      around: { show: Argv; hide: Argv } | null;
    }
  /** What was written down goes, with its directory. */
  | { kind: 'forget-kept'; directory: string }
  /** Each filesystem, with nothing changed; one that is damaged is told, and stops nobody. */
  | { kind: 'check-filesystems'; directory: string; filesystems: readonly FilesystemPlace[] };

/** Where a filesystem is found. */
export interface FilesystemPlace {
  name: string;
  device: string;
  /** What shows the device, where it is not there. */
  show: Argv;
  /** What hides it again afterwards; null: it is to be there, and stays. */
  hide: Argv | null;
}

/** A directory, and where all that lies in it is moved to, on the same filesystem. */
export interface Place {
  root: string;
  backup: string;
  /** The root is a mount point, which stays: the backup is a directory in it. */
  isMountPoint: boolean;
  /** Where entries go that somebody made in the root while a move was half done, under names that were on their way. */
  later?: string;
}

/** How to take a step back, where `when` shows that it left something behind. */
export interface Undo {
  when: Condition;
  /**
   * Where `when` held at first this shows that it stands there still: with a VG goes what its PVs are known by, and they
   * are ours all the same.
   */
  still?: Condition;
  /** Where this does not hold it is not safe to take the step back: what is left is told instead. */
  needs?: Condition;
  /** What is told in place of `do` where nobody tried it: it would do harm by hand, too. */
  instead?: { do: Action; why: string };
  /** It only clears the way for what comes after, which is tried all the same when this fails. */
  eases?: true;
  /** It lies on the disks that were asked about: nobody can tell that it is gone while one of them can't be read. */
  onDisks?: true;
  do: Action;
}

export interface Step {
  /** Unique in its plan, stable between runs. */
  id: string;
  title: string;
  do: Action;
  undo: readonly Undo[];
  /** What is lost for good when the step runs, in words; null: nothing. */
  destroys: string | null;
  /** Holds while all of that is still there: a program that fails may not have begun. */
  spared?: Condition;
  /** Holds when there is nothing to do: such a step is left out of the plan. */
  done: Condition;
  /** What must be seen when the whole plan has run. */
  expect: readonly Condition[];
  /**
   * From when on there is no way back, so that what fails later is gone on with, not undone: from its beginning, as a
   * removal, or only when it is done, because it happens at once or not at all.
   */
  final?: 'begun' | 'done';
  /** Nothing after it needs it: where there is no way back any more the rest is done all the same when it fails. */
  isApart?: true;
  /** Look at the machine right before the step, and leave it out when an earlier one has brought it about. */
  onlyIfNeeded: boolean;
}

/** What the pool will be, for the consent and the closing summary. */
export interface PoolSummary {
  vg: string;
  pool: string;
  /** /dev/mapper/… */
  device: string;
  vgSizeBytes: Bytes;
  dataSizeBytes: Bytes;
  metadataSizeBytes: Bytes;
  freeBytes: Bytes;
  chunkSizeBytes: Bytes;
  profilePath: string;
  autoextend: AutoextendSummary;
}

export interface AutoextendSummary {
  thresholdPercent: number;
  stepPercent: number;
  /** How many steps the VG's free extents hold. */
  times: number;
  firstStepBytes: Bytes;
  totalBytes: Bytes;
}

/** Facts that the operator should know before agreeing, under a heading. */
export interface Note {
  heading: string;
  lines: readonly string[];
}

export interface Plan {
  /** What it is all about, like `Thin pool docker/thinpool`. */
  subject: string;
  steps: readonly Step[];
  warnings: readonly string[];
  notes: readonly Note[];
  owns: OwnershipRecord;
  /** What becomes of the record when the run is done: nobody needs it, teardown will, or what it told of is gone. */
  record: 'forget' | 'keep' | 'remove';
  /** What is kept when the run is done, where that is not `owns`. */
  keeps?: readonly OwnershipRecord[];
  /** Unfinished runs that are about nothing, once this one has removed their pool. */
  alsoForgets?: readonly OwnershipRecord[];
  /** null: the run makes no pool of its own. */
  summary: PoolSummary | null;
  /** How the run ends, in one sentence each. */
  endings: { done: string; nothingToDo: string };
  /** What takes a finished run back; null: nothing does. */
  undoCommand: Argv | null;
  /** The same by hand, in order, for a script that ran without dmtool. */
  wayBack: readonly Action[];
}

export type Planned = { kind: 'refused'; refusals: readonly Refusal[] } | { kind: 'ready'; plan: Plan };
