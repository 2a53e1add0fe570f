import type { ContainerdFacts } from './containerd.ts';
import type { DockerFacts } from './docker.ts';
import type { ActiveThin } from './pool-device.ts';

/** What a thorough look sees beside the pools themselves. */
export interface Examination {
  /** The program that LVM checks metadata with, as it is configured, and whether it is there; null: LVM is to check nothing. */
  thinCheck: { path: string; isThere: boolean } | null;
  /** null: not installed. */
  docker: DockerFacts | null;
  /** null: not installed. */
  containerd: ContainerdFacts | null;
  /** Every active thin device, with where it is mounted in anybody's view. */
  active: readonly ActiveThin[];
  /** The process of Docker's daemon; null: it does not run. */
  daemonPid: number | null;
  /** Names of runs that have begun and not ended; or why nobody knows. */
  unfinished: { names: readonly string[] } | { problem: string };
  /** What a process that is in the way is called, by its id. */
  commands: ReadonlyMap<number, string>;
}
