import { setImmediate } from 'node:timers/promises';
import { probeKeeping } from '../host/docker/probe-images.ts';
import { CommandFailed } from '../host/errors.ts';
import { forgetInstalled, forgetOwnership, keepInstalled, recordOwnership } from '../host/journal.ts';
import type { CommandResult } from '../host/launcher.ts';
import type { OnBytes } from '../host/on-bytes.ts';
import { probe, probeChanging, probeEngines } from '../host/probe.ts';
import type { ProbeScope } from '../host/probe-scope.ts';
import { type ChangeOptions, change } from '../host/run.ts';
import type { Host } from '../model/host.ts';
import type { OwnershipRecord } from '../model/ownership.ts';
import type { Action } from '../plan/step.ts';
import type { Argv } from '../tools/argv.ts';
import { reloadTable } from '../tools/reload-table.ts';
import { awaitCondition } from './await-condition.ts';
import { emptyPool } from './empty-pool.ts';
import { filePerformer } from './file-actions.ts';
import { releasePool, releaseRoot } from './release.ts';
import { repair } from './repair.ts';
import { controlService } from './service-action.ts';
import { transfer } from './transfer.ts';

/** The machine as a plan sees it: it can be looked at and acted on. */
export interface Machine {
  /** What changes from one step to the next: LVM, the kernel's pools, the files, and Docker where it is asked about. */
  look(): Promise<Host>;
  /** The devices too. */
  lookAtAll(): Promise<Host>;
  /**
   * @param isUnwanted ends a wait, or the saving of images, and nothing else
   * @param onBytes told how far a transfer is
   * @throws CommandFailed, ProgramMissing, NotInTime, TransferFailed, or what the file system says
   */
  perform(action: Action, isUnwanted?: () => boolean, onBytes?: OnBytes): Promise<void>;
  /** @returns the record of an unfinished run that this one replaces */
  recordOwnership(record: OwnershipRecord): OwnershipRecord | undefined;
  forgetOwnership(record: OwnershipRecord): void;
  keepInstalled(record: OwnershipRecord): void;
  forgetInstalled(record: OwnershipRecord): void;
}

/** What the real machine needs to know. */
export interface RealMachineOptions extends ChangeOptions {
  scope: ProbeScope;
  /** What was seen when the plan was made. */
  host: Host;
  onCommand: (result: CommandResult) => void;
}

/** Runs one changing program to its end. @throws CommandFailed, ProgramMissing */
export type RunChange = (argv: Argv) => Promise<void>;

/** The machine that dmtool runs on. */
export function realMachine({ scope, host, onCommand, ...changeOptions }: RealMachineOptions): Machine {
  const { launcher } = changeOptions;
  const ask = async (argv: Argv): Promise<CommandResult> => {
    const result = await change(argv, changeOptions);
    onCommand(result);
    return result;
  };
  const run: RunChange = async (argv) => {
    const result = await ask(argv);
    if (result.exitCode !== 0) throw new CommandFailed(argv, result.exitCode, result.stderr);
  };
  const look = (): Promise<Host> => probeChanging(host, scope, launcher);
  // What is waited for is the engines': LVM need not be asked four times a second.
  const lookAtEngines = async (): Promise<Host> => {
    const engines = await probeEngines(scope, launcher, host);
    return { ...host, ...engines, keeping: await probeKeeping(scope, engines.docker) };
  };
  const performFileAction = filePerformer();

  const socketPath = host.docker && scope.docker ? scope.docker.socket(host.docker.settings, host.docker.config) : null;

  const perform: Machine['perform'] = async (action, isUnwanted = () => false, onBytes = () => {}) => {
    switch (action.kind) {
      case 'exec':
        return run(action.argv);
      case 'service':
        return controlService(action, run);
      case 'await':
        return awaitCondition(action, lookAtEngines, launcher, isUnwanted);
      case 'release-root':
        return releaseRoot(action.root, run);
      case 'reload-table':
        return run(reloadTable(action));
      case 'save-images':
      case 'list-containers':
      case 'load-images':
      case 'remove-kept':
        return transfer(action, { socketPath, run, onBytes, onOverdue: changeOptions.onOverdue, isUnwanted });
      case 'copy-metadata':
      case 'check-metadata':
      case 'mend-metadata':
      case 'check-mended':
      case 'forget-kept':
      case 'check-filesystems':
        return repair(action, { run, ask, onBytes });
      case 'empty-pool':
        return emptyPool(action, run, launcher);
      case 'release-pool':
        return releasePool(action.poolName, run, launcher);
      default:
        performFileAction(action);
        // A signal that came meanwhile is heard before the next step.
        await setImmediate();
    }
  };

  return {
    look,
    lookAtAll: () => probe(scope, launcher),
    perform,
    recordOwnership,
    forgetOwnership,
    keepInstalled,
    forgetInstalled,
  };
}
