import { rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandFailed } from '../host/errors.ts';
import { makeDirectory, readIfThere, removeFile, writeAtomically } from '../host/files.ts';
import { forgetOwnership, recordOwnership } from '../host/journal.ts';
import type { CommandResult } from '../host/launcher.ts';
import { type ProbeScope, probe, probePools } from '../host/probe.ts';
import { type ChangeOptions, change } from '../host/run.ts';
import type { Host } from '../model/host.ts';
import type { OwnershipRecord } from '../model/ownership.ts';
import type { Action } from '../plan/step.ts';

/** The machine as a plan sees it: it can be looked at and acted on. */
export interface Machine {
  /** LVM, the kernel's pools and the files: enough between two steps. */
  look(): Promise<Host>;
  /** The devices too. */
  lookAtAll(): Promise<Host>;
  /** @throws CommandFailed, ProgramMissing, or what the file system says */
  perform(action: Action): Promise<void>;
  /** @returns the record of an unfinished run that this one replaces */
  recordOwnership(record: OwnershipRecord): OwnershipRecord | undefined;
  forgetOwnership(record: OwnershipRecord): void;
}

/** What the real machine needs to know. */
export interface RealMachineOptions extends ChangeOptions {
  scope: ProbeScope;
  /** What was seen when the plan was made. */
  host: Host;
  onCommand: (result: CommandResult) => void;
}

/** The machine that dmtool runs on. */
export function realMachine({ scope, host, onCommand, ...changeOptions }: RealMachineOptions): Machine {
  const madeDirectories = new Set<string>();

  const perform = async (action: Action): Promise<void> => {
    switch (action.kind) {
      case 'exec': {
        const result = await change(action.argv, changeOptions);
        onCommand(result);
        if (result.exitCode !== 0) throw new CommandFailed(action.argv, result.exitCode, result.stderr);
        return;
      }
      case 'write-file': {
        const made = makeDirectory(dirname(action.path));
        if (made !== undefined) madeDirectories.add(made);
        writeAtomically(action.path, action.content, action.mode);
        return;
      }
      case 'remove-file':
        removeFile(action.path);
        if (madeDirectories.has(dirname(action.path))) rmdirSync(dirname(action.path));
    }
  };

  const look = async (): Promise<Host> => ({
    ...host,
    ...(await probePools(changeOptions.launcher)),
    files: host.files.map(({ path }) => ({ path, content: readIfThere(path) })),
  });

  return { look, lookAtAll: () => probe(scope, changeOptions.launcher), perform, recordOwnership, forgetOwnership };
}
