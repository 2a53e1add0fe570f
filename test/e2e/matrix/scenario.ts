import type { Guest } from '../../lab/guest.ts';

/** A command on a machine that is ready for it. */
export interface Scenario {
  /** As the table has it. */
  readonly name: string;
  readonly isSample?: true;
  /** Its last disk is the bystander's. */
  readonly boot: () => Promise<Guest>;
  readonly argv: (guest: Guest) => readonly string[];
  /** Everything that a run could leave different, apart from the bystander. */
  readonly state: (guest: Guest) => Promise<string>;
  /** Data that the pool had before; empty where it had none. */
  readonly data?: (guest: Guest) => Promise<string>;
  /** What the same command says when all is done; nothing-to-do, unless it refuses. */
  readonly refusesAfter?: string;
  /** What brings the pool back after a reboot, where nobody else does. */
  readonly afterCut?: (guest: Guest) => Promise<unknown>;
  /** The engine comes up, whatever state a run has left; throws when it does not. */
  readonly startEngine?: (guest: Guest) => Promise<unknown>;
  /** The one change after which the engine does not come up at a boot, and what it says then: till the next run. */
  readonly staysDown?: { readonly after: RegExp; readonly says: RegExp };
  /** Settings of engines that have to be readable at any time. */
  readonly settings?: readonly string[];
}
