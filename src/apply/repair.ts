import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandFailed, TransferFailed } from '../host/errors.ts';
import { removeFile, removeIfEmpty, writeAtomically } from '../host/files.ts';
import { makeKeptDirectory, removeKept } from '../host/kept-directory.ts';
import type { CommandResult } from '../host/launcher.ts';
import type { OnBytes } from '../host/on-bytes.ts';
import { copyMetadata } from '../host/repair/copy.ts';
import { devicesWith } from '../host/repair/loops.ts';
import { makeMetadataFile, syncFile } from '../host/repair/mend.ts';
import { readFirstBlock } from '../host/repair/superblock.ts';
import { type FilesystemCheck, REPAIR_FILES, REPAIRS_DIRECTORY } from '../model/repair.ts';
import type { FilesystemPlace, RepairAction } from '../plan/step.ts';
import type { Argv } from '../tools/argv.ts';
import { isGone } from '../tools/dmsetup-thin.ts';
import { checkFilesystem, filesystemType, verdictOf, verdictOfType } from '../tools/fsck.ts';
import { losetupList, parseLosetup } from '../tools/losetup.ts';
import { formatCheck, formatFilesystems } from '../tools/repair-files.ts';
import { checkOfMended, thinCheck, thinRepair } from '../tools/thin-repair.ts';
import type { RunChange } from './machine.ts';

/** What a repair needs beside its action. */
export interface RepairOptions {
  run: RunChange;
  /** Runs a program to its end, whatever it says. @throws ProgramMissing */
  ask: (argv: Argv) => Promise<CommandResult>;
  onBytes: OnBytes;
}

/** Only root may read what is told of a pool. */
const MODE = 0o600;

/**
 * Does what a repair does with a pool's metadata, and with what lies on it.
 * @throws CommandFailed, ProgramMissing, or what the file system says
 */
export async function repair(action: RepairAction, { run, ask, onBytes }: RepairOptions): Promise<void> {
  const { directory } = action;
  const write = (name: string, text: string): void => writeAtomically(join(directory, name), text, MODE);
  switch (action.kind) {
    case 'copy-metadata':
      return copyMetadata(action, onBytes);
    case 'check-metadata': {
      const argv = thinCheck(action.device);
      const { exitCode, stdout, stderr } = await ask(argv);
      if (saysNothing(exitCode)) throw new CommandFailed(argv, exitCode, stderr);
      write(REPAIR_FILES.checkLog, stdout + stderr);
      const { isFull } = readFirstBlock(action.device);
      return write(REPAIR_FILES.check, formatCheck({ isSound: exitCode === 0, isFull }));
    }
    case 'mend-metadata':
      return mend(action, run, write);
    case 'check-mended':
      return write(REPAIR_FILES.mendedCheck, await checkMended(action, run, ask));
    case 'forget-kept':
      return removeKept(directory, Object.values(REPAIR_FILES), REPAIRS_DIRECTORY);
    case 'check-filesystems': {
      await makeKeptDirectory(directory);
      const checks: FilesystemCheck[] = [];
      for (const place of action.filesystems) checks.push({ name: place.name, ...(await checkPlace(place, ask)) });
      return write(REPAIR_FILES.filesystems, formatFilesystems(checks));
    }
  }
}

/** It was killed, or could not begin, and says nothing of the metadata: it ends with 1 where it finds something. */
const saysNothing = (exitCode: number): boolean => exitCode !== 0 && exitCode !== 1;

/** @returns what thin_check said of new metadata that are well */
async function checkMended(
  { device, file, around }: Extract<RepairAction, { kind: 'check-mended' }>,
  run: RunChange,
  ask: RepairOptions['ask'],
): Promise<string> {
  if (file !== null) await seeThatItHas(device, file, ask);
  if (around !== null) await run(around.show);
  const argv = checkOfMended(device, file);
  const { exitCode, stdout, stderr } = await ask(argv);
  if (around !== null) await run(around.hide);
  if (exitCode !== 0) throw new CommandFailed(argv, exitCode, stdout + stderr);
  return stdout + stderr;
}

/** Loop devices have numbers, which another program may have been given meanwhile. */
async function seeThatItHas(device: string, file: string, ask: RepairOptions['ask']): Promise<void> {
  const { argv, exitCode, stdout, stderr } = await ask(losetupList());
  if (exitCode !== 0) throw new CommandFailed(argv, exitCode, stderr);
  if (!devicesWith(file, parseLosetup(stdout)).includes(device))
    throw new TransferFailed(`${device} does not have ${file} any more: another program took it`, '');
}

async function mend(
  { device, path, sizeBytes }: Extract<RepairAction, { kind: 'mend-metadata' }>,
  run: RunChange,
  write: (name: string, text: string) => void,
): Promise<void> {
  await makeMetadataFile(path, sizeBytes);
  try {
    await run(thinRepair(device, path));
    await syncFile(path);
  } catch (error) {
    removeFile(path);
    removeIfEmpty(dirname(path));
    throw error;
  }
  write(REPAIR_FILES.mended, `${path}\n`);
}

type Found = Pick<FilesystemCheck, 'verdict' | 'detail'>;

const LOST: Found = { verdict: 'lost', detail: 'the metadata of its pool do not have it any more' };

const unchecked = (detail: string): Found => ({ verdict: 'unchecked', detail });

/** What is missing, or does not answer, is told of this one, and keeps nobody from the next. */
async function checkPlace({ device, show, hide }: FilesystemPlace, ask: RepairOptions['ask']): Promise<Found> {
  try {
    if (hide !== null || !existsSync(device)) {
      const shown = await ask(show);
      if (shown.exitCode !== 0) return isGone(shown.stderr) ? LOST : unchecked(shown.stderr);
    }
    const found = await checkDevice(device, ask).catch((error: Error) => unchecked(error.message));
    if (hide === null) return found;
    const hidden = await ask(hide);
    return hidden.exitCode === 0 ? found : unchecked(`it is active still: ${hidden.stderr.trim()}`);
  } catch (error) {
    return unchecked((error as Error).message);
  }
}

async function checkDevice(device: string, ask: RepairOptions['ask']): Promise<Found> {
  const told = await ask(filesystemType(device));
  const type = told.stdout.trim();
  const without = verdictOfType(told.exitCode, type);
  if (without !== null) return without;
  const argv = checkFilesystem(type, device);
  if (argv === null) return unchecked(`nobody here checks ${type} without a change`);
  const { exitCode, stdout, stderr } = await ask(argv);
  return verdictOf(exitCode, stdout + stderr);
}
