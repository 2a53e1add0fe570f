import { listDevices, matchDevices } from '../engines/docker/devices.ts';
import { type ChosenPool, choosePool, configuredPool } from '../engines/docker/pool-of.ts';
import type { Host } from '../model/host.ts';
import type { DeviceMountIntent } from '../model/intent.ts';
import type { PoolDevice, PoolDeviceFacts } from '../model/pool-device.ts';
import type { KernelThinPool } from '../model/thin-pool.ts';
import { hasLooked, refusePrograms, refuseUser } from './host-refusals.ts';
import type { Refusal } from './refusal.ts';

/** The device that is meant, and its pool. */
export interface DeviceSite {
  facts: PoolDeviceFacts;
  pool: KernelThinPool;
  device: PoolDevice;
}

/** What the steps run beside what looking needs. */
const NEEDED_PROGRAMS = ['lvm', 'lvmconfig', 'lvmdiskscan', 'wipefs', 'dmsetup', 'mount', 'umount', 'flock'];

/** Reasons why nothing was seen, or could be changed. */
export const refuseBlind = (host: Host): Refusal[] => [...refuseUser(host), ...refusePrograms(host, NEEDED_PROGRAMS)];

/** Finds what is meant, or says why it can't be told. */
export function surveyDevice(host: Host, intent: DeviceMountIntent): DeviceSite | Refusal[] {
  const blind = refuseBlind(host);
  if (blind.length > 0 || !hasLooked(host) || host.poolDevices === null) return blind;
  const facts = host.poolDevices;
  const configured = host.docker === null ? null : configuredPool(host.docker.config, host.docker.settings);
  const chosen = choosePool(host.thinPools, { asked: intent.pool, configured, loop: facts.docker.loopPoolName });
  if (chosen.kind !== 'found') return [refusePool(chosen)];
  const { pool } = chosen;
  if (pool.status.state !== 'working') return [refuseSickPool(pool)];
  const found = matchDevices(listDevices(facts.docker, facts.active, pool.name), intent.device);
  const [device = unknownDevice(intent), ...others] = found;
  if (device === undefined || others.length > 0) return [refuseDevice(intent.device, found)];
  return { facts, pool, device };
}

/** One whose record is damaged goes by its number alone; the kernel refuses a number that its pool does not have. */
function unknownDevice({ device, sizeBytes }: DeviceMountIntent): PoolDevice | undefined {
  if (sizeBytes === null || !/^\d{1,8}$/.test(device)) return undefined;
  const unknown = { name: null, mappedBytes: null, transactionId: null, deleted: false, active: [] };
  return { id: Number(device), sizeBytes, ...unknown, owner: { kind: 'unknown' } };
}

/** Why there is no one pool to look in. */
export function refusePool(chosen: Exclude<ChosenPool, { kind: 'found' }>): Refusal {
  if (chosen.kind === 'ambiguous') {
    const reason = `there are several, and Docker does not say which is its own: ${chosen.names.join(', ')}`;
    return { code: 'ambiguous', subject: 'thin pool', reason, remedy: 'name one with --pool' };
  }
  const activate = chosen.name === null ? 'dmtool activate' : `dmtool activate --pool ${chosen.name}`;
  return {
    code: 'pool-absent',
    subject: chosen.name ?? 'thin pool',
    reason: chosen.name === null ? 'the kernel runs none' : 'the kernel runs no thin pool of that name',
    remedy: `dmtool status lists those that there are, ${activate} brings one back; one of Docker's on files comes back with Docker`,
  };
}

const refuseSickPool = ({ name }: KernelThinPool): Refusal => ({
  code: 'pool-unhealthy',
  subject: name,
  reason: 'the kernel can read nothing from it',
  remedy: 'dmtool status tells what ails it',
});

/** Why a word does not mean one device. */
export function refuseDevice(word: string, found: readonly PoolDevice[]): Refusal {
  const subject = `device ${word}`;
  if (found.length === 0) {
    const reason = 'Docker knows no such device, and none is active';
    const remedy = 'see dmtool device list --exact; one that Docker does not know is mounted by number with --size';
    return { code: 'device-unknown', subject, reason, remedy };
  }
  const reason = `it may be any of these: ${found.map(({ id, name }) => `${id} (${name})`).join(', ')}`;
  return { code: 'ambiguous', subject, reason, remedy: 'give its number, or more of its name' };
}
