import * as z from 'zod/mini';
import type { KernelThinPool } from '../model/thin-pool.ts';
import type { Argv } from '../tools/argv.ts';
import { poolStatus } from '../tools/dmsetup-thin.ts';
import { parseJson } from '../tools/shape.ts';
import { parseHeldRoot, parseThinLs, releaseSnapshot, reserveSnapshot, thinLs } from '../tools/thin-ls.ts';
import type { Sectors } from '../units/quantity.ts';
import { CommandFailed, ProgramMissing, SnapshotReserved } from './errors.ts';
import { makeDirectory, readIfThere, removeFile, removeIfEmpty, writeAtomically } from './files.ts';
import { STATE_DIRECTORY } from './paths.ts';
import { findProgram } from './programs.ts';
import { type ChangeOptions, change, read } from './run.ts';
import { devicePath, sysfsFolder } from './sysfs.ts';

/** Which snapshot dmtool has reserved: after a kill it tells that one from somebody else's. */
const NOTE_PATH = `${STATE_DIRECTORY}/metadata-snapshot.json`;

const note = z.object({ pool: z.string(), heldRoot: z.string() });

/**
 * Reads from a running pool's metadata how much of each device is mapped, by id. The metadata are reserved for that moment; what
 * somebody else has reserved is left alone, and what a killed dmtool has left is released first.
 * @param options the launcher is that of the one who holds the lock
 * @throws ProgramMissing, SnapshotReserved, CommandFailed, DeadlinePassed, UnreadableOutput
 */
export async function readMappedSectors(pool: KernelThinPool, options: ChangeOptions): Promise<Map<number, Sectors>> {
  const { launcher } = options;
  if (findProgram('thin_ls') === undefined) throw new ProgramMissing('thin_ls');
  const heldRoot = async () => parseHeldRoot(await read(poolStatus(pool.name), launcher));
  const held = await heldRoot();
  if (held !== null) {
    if (readIfThere(NOTE_PATH) === null || !isNoted(pool.name, held)) throw new SnapshotReserved(pool.name);
    await release(pool.name, options);
  }
  await send(reserveSnapshot(pool.name), options);
  try {
    makeDirectory(STATE_DIRECTORY);
    writeAtomically(NOTE_PATH, JSON.stringify({ pool: pool.name, heldRoot: String(await heldRoot()) }), 0o600);
    const number = pool.table?.metadataDevice ?? '';
    return parseThinLs(await read(thinLs(devicePath(sysfsFolder(number))), launcher));
  } finally {
    await release(pool.name, options);
  }
}

function isNoted(pool: string, heldRoot: bigint): boolean {
  const noted = parseJson(NOTE_PATH, readIfThere(NOTE_PATH) ?? '', note);
  return noted.pool === pool && noted.heldRoot === String(heldRoot);
}

async function release(pool: string, options: ChangeOptions): Promise<void> {
  await send(releaseSnapshot(pool), options);
  removeFile(NOTE_PATH);
  removeIfEmpty(STATE_DIRECTORY);
}

async function send(argv: Argv, options: ChangeOptions): Promise<void> {
  const { exitCode, stderr } = await change(argv, options);
  if (exitCode !== 0) throw new CommandFailed(argv, exitCode, stderr);
}
