import { existsSync } from 'node:fs';
import type { Service, ServiceManager } from '../../model/docker.ts';
import { parseUnits, showUnits, type Unit } from '../../tools/systemctl.ts';
import { read } from '../run.ts';
import { daemonPid } from './daemon.ts';

/** What there is of Docker's services, and the process of its daemon. */
export interface ServiceFacts {
  manager: ServiceManager;
  services: readonly Service[];
  /** systemd's own words; none under sysv. */
  units: readonly Unit[];
  /** null: it does not run. */
  pid: number | null;
}

const SERVICE_UNIT = 'docker.service';
/** The socket first: it would start the service again. */
const UNITS = ['docker.socket', SERVICE_UNIT] as const;

/** Asks whoever starts and stops services on this host. */
export async function probeServices(): Promise<ServiceFacts> {
  const pid = daemonPid();
  // sd_booted(3): systemd may be installed, and somebody else be in charge.
  if (!existsSync('/run/systemd/system')) {
    const service: Service = { name: 'docker', state: pid === null ? 'stopped' : 'running' };
    return { manager: 'sysv', services: [service], units: [], pid };
  }
  const units = parseUnits(await read(showUnits(UNITS)));
  const services = units.map(({ name, state }) => ({ name, state }));
  return { manager: 'systemd', services, units, pid: units.find(({ name }) => name === SERVICE_UNIT)?.mainPid ?? pid };
}

/**
 * Whether the daemon may be asked through its socket. While its service starts or stops, a word to the socket would wait
 * there, and have systemd start Docker again.
 */
export function mayBeAsked({ services, pid }: ServiceFacts): boolean {
  const service = services.find(({ name }) => name !== 'docker.socket');
  return pid !== null && (service === undefined || service.state === 'running');
}
