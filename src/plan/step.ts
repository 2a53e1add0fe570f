import type { OwnershipRecord } from '../model/ownership.ts';
import type { Argv } from '../tools/argv.ts';
import type { Bytes } from '../units/quantity.ts';
import type { Condition } from './condition.ts';
import type { Refusal } from './refusal.ts';

/** Everything that dmtool can do to a machine. Plain data: a step can be shown, stored and compared. */
export type Action =
  | { kind: 'exec'; argv: Argv }
  | { kind: 'write-file'; path: string; content: string; mode: number }
  | { kind: 'remove-file'; path: string };

/** How to take a step back, where `when` shows that it left something behind. */
export interface Undo {
  when: Condition;
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

export interface Plan {
  steps: readonly Step[];
  warnings: readonly string[];
  owns: OwnershipRecord;
  summary: PoolSummary;
  /** Commands that take all of it back, in order: what an operator types to undo a finished run. */
  undoCommands: readonly Argv[];
}

export type Planned = { kind: 'refused'; refusals: readonly Refusal[] } | { kind: 'ready'; plan: Plan };
