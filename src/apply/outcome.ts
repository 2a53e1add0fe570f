import type { Host } from '../model/host.ts';
import type { Condition } from '../plan/condition.ts';
import type { Action, Step } from '../plan/step.ts';

/** Why a run did not get through. */
export type Failure =
  | { kind: 'step-failed'; step: Step; error: Error }
  | { kind: 'not-seen'; step: Step; condition: Condition }
  | { kind: 'unreadable'; error: Error }
  | { kind: 'interrupted' };

/** Something that the run made, and that undo could not take away. */
export interface Leftover {
  step: Step;
  remove: Action;
  /** Why it is still there; null: the command went well and the thing is still seen. */
  error: Error | null;
}

export type Outcome =
  | { kind: 'done'; host: Host }
  | { kind: 'undone'; failure: Failure; destroyed: readonly string[] }
  | {
      kind: 'partly-done';
      /** Past the point of no return what is left is to be done; before it, to be undone. */
      way: 'back' | 'forward';
      failure: Failure;
      destroyed: readonly string[];
      leftovers: readonly Leftover[];
      /** How it is then; absent: nobody could look, or it is told by what is left. */
      host?: Host;
    };

/** What is told while a plan runs. */
export type ApplyEvent =
  | { kind: 'step-started'; step: Step }
  | { kind: 'step-ended'; step: Step; state: 'done' | 'skipped' }
  | { kind: 'step-failed'; step: Step; error: Error }
  /** So many bytes of a transfer have gone, of about so many. */
  | { kind: 'bytes-gone'; step: Step; doneBytes: number; totalBytes: number }
  /** The run is over, and its record could not be closed. */
  | { kind: 'journal-stuck'; error: Error }
  | { kind: 'undo-started' }
  | { kind: 'undoing'; step: Step; action: Action };

export type Emit = (event: ApplyEvent) => void;
