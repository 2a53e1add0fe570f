import { CommandFailed } from '../host/errors.ts';
import type { Action } from '../plan/step.ts';
import { serviceCommands } from '../tools/service.ts';
import type { RunChange } from './machine.ts';

/** Stops or starts services, as this host does it. @throws CommandFailed, ProgramMissing */
export async function controlService(action: Extract<Action, { kind: 'service' }>, run: RunChange): Promise<void> {
  for (const { argv, mayFail } of serviceCommands(action.manager, action.verb, action.names)) {
    try {
      await run(argv);
    } catch (error) {
      if (!(mayFail && error instanceof CommandFailed)) throw error;
    }
  }
}
