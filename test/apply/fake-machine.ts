import type { Machine } from '../../src/apply/machine.ts';
import { CommandFailed } from '../../src/host/errors.ts';
import type { Host } from '../../src/model/host.ts';
import type { OwnershipRecord } from '../../src/model/ownership.ts';
import type { Action } from '../../src/plan/step.ts';
import { perform } from '../plan/simulate.ts';

/** What goes wrong, and when: decided for each action by its number, counted from 0. */
export interface Trouble {
  /** The program does nothing and fails, does its work and fails all the same, or says that it went well and did nothing. */
  at?: (number: number, action: Action) => 'fails-before' | 'fails-after' | 'lies' | undefined;
  /** Looking throws, from the given look on. */
  blindFrom?: number;
}

export interface FakeMachine extends Machine {
  host: Host;
  readonly performed: Action[];
  readonly journal: OwnershipRecord[];
  readonly installed: OwnershipRecord[];
}

/** A machine that is a simulated host, with the records of earlier runs. */
export function fakeMachine(
  host: Host,
  { at = () => undefined, blindFrom = Number.POSITIVE_INFINITY }: Trouble = {},
  journal: OwnershipRecord[] = [],
  installed: OwnershipRecord[] = [],
): FakeMachine {
  let looks = 0;
  const look = async (): Promise<Host> => {
    looks += 1;
    if (looks > blindFrom) throw new Error('nothing can be seen');
    return machine.host;
  };
  const fail = (action: Action): never => {
    throw new CommandFailed(action.kind === 'exec' ? action.argv : [action.kind], 5, 'it said no');
  };
  const put = (list: OwnershipRecord[], record: OwnershipRecord): OwnershipRecord | undefined => {
    const index = list.findIndex(({ name }) => name === record.name);
    return list.splice(index < 0 ? list.length : index, 1, record)[0];
  };
  const drop = (list: OwnershipRecord[], record: OwnershipRecord): void => {
    const index = list.findIndex(({ name }) => name === record.name);
    if (index >= 0) list.splice(index, 1);
  };
  const machine: FakeMachine = {
    host,
    performed: [],
    journal,
    installed,
    look,
    lookAtAll: look,
    perform: async (action) => {
      const trouble = at(machine.performed.length, action);
      machine.performed.push(action);
      if (trouble === 'fails-before') fail(action);
      if (trouble !== 'lies') machine.host = perform(machine.host, action);
      if (trouble === 'fails-after') fail(action);
    },
    recordOwnership: (record) => put(journal, record),
    forgetOwnership: (record) => drop(journal, record),
    keepInstalled: (record) => void put(installed, record),
    forgetInstalled: (record) => drop(installed, record),
  };
  return machine;
}
