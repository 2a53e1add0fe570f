import { listDevices, matchDevices } from '../engines/docker/devices.ts';
import { Interrupted } from '../host/errors.ts';
import { type Launcher, openLauncher } from '../host/launcher.ts';
import { readMappedSectors } from '../host/mapped-sectors.ts';
import type { PoolDevice } from '../model/pool-device.ts';
import { refuseDevice } from '../plan/device-site.ts';
import type { Refusal } from '../plan/refusal.ts';
import { deviceDocument, renderDevice, renderDevices } from '../report/devices.ts';
import { answerFor } from './answer-ending.ts';
import type { Answer } from './base-command.ts';
import { type LookFlags, lookAtDevices, type SeenDevices } from './docker-devices.ts';
import { EXIT } from './exit-codes.ts';
import { watchInterrupts } from './interrupt.ts';
import { overdueTo } from './overdue.ts';
import { lockTimeoutOf } from './run-options.ts';
import { waitForLock } from './wait-for-lock.ts';

interface ListFlags extends LookFlags {
  exact: boolean;
  'lock-timeout'?: string | undefined;
}

interface Listed {
  /** null: the kernel does not run it. */
  poolName: string | null;
  devices: PoolDevice[];
  notes: string[];
}

type Say = (text: string) => void;

/** `dmtool device list`, from the host to its answer. */
export async function runDeviceList(flags: ListFlags, say: Say): Promise<Answer> {
  const listed = await list(flags, say);
  if ('code' in listed) return answerFor({ kind: 'refused', refusals: [listed] });
  const { poolName, devices, notes } = listed;
  return {
    exitCode: EXIT.done,
    text: renderDevices(poolName, devices, notes),
    document: { outcome: 'done', pool: poolName, devices: devices.map(deviceDocument), notes },
  };
}

/** `dmtool device show ID`, likewise. */
export async function runDeviceShow(word: string, flags: ListFlags, say: Say): Promise<Answer> {
  const listed = await list(flags, say);
  if ('code' in listed) return answerFor({ kind: 'refused', refusals: [listed] });
  const { poolName, devices, notes } = listed;
  const found = matchDevices(devices, word);
  const [device, ...others] = found;
  if (device === undefined || others.length > 0)
    return answerFor({ kind: 'refused', refusals: [refuseDevice(word, found)] });
  return {
    exitCode: EXIT.done,
    text: renderDevice(poolName, device),
    document: { outcome: 'done', pool: poolName, devices: [deviceDocument(device)], notes },
  };
}

async function list(flags: ListFlags, say: Say): Promise<Listed | Refusal> {
  if (process.geteuid?.() !== 0) return NOT_ROOT;
  // Reserving changes something, if only for a moment: no other dmtool may be at it.
  if (flags.exact) {
    await using lock = await waitForLock('device list --exact', lockTimeoutOf(flags), say);
    using interrupt = watchInterrupts(
      () => say("Interrupted: releasing the pool's metadata first."),
      () => say("Interrupted again: the pool's metadata are still to be released."),
    );
    const listed = await listWith(flags, lock.launcher, say);
    if (interrupt.wanted()) throw new Interrupted();
    return listed;
  }
  await using launcher = openLauncher();
  return await listWith(flags, launcher, say);
}

const NOT_ROOT: Refusal = {
  code: 'not-root',
  subject: 'user',
  reason: "only root may look at device-mapper and Docker's data",
  remedy: 'run it again with sudo',
};

async function listWith(flags: ListFlags, launcher: Launcher, say: Say): Promise<Listed | Refusal> {
  const seen = await lookAtDevices(flags, launcher);
  if ('code' in seen) return seen;
  const { docker, active, pool } = seen;
  const mapped =
    flags.exact && pool !== null ? await readMappedSectors(pool, { launcher, onOverdue: overdueTo(say) }) : undefined;
  const devices = listDevices(docker, active, pool?.name ?? null, mapped);
  return { poolName: pool?.name ?? null, devices, notes: notesOn(seen, devices, flags.exact) };
}

function notesOn({ docker, pool }: SeenDevices, devices: readonly PoolDevice[], exact: boolean): string[] {
  const isPartial = pool !== null && devices.some(({ mappedBytes }) => mappedBytes === null);
  const note = exact
    ? 'a device with "?" is not in the pool'
    : 'the kernel tells only of active devices how much is mapped; --exact asks the metadata about all';
  return [...docker.problems, ...(isPartial ? [note] : [])];
}
