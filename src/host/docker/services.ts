import { existsSync } from 'node:fs';
import type { DockerFacts } from '../../model/docker.ts';
import { parseUnits, systemctlShow, type Unit, unitService } from '../../tools/systemctl.ts';
import type { Launcher } from '../launcher.ts';
import { read } from '../run.ts';
import { daemonPid } from './daemon.ts';

/** How Docker's services are, and the process of its daemon. */
export interface ServiceFacts extends Pick<DockerFacts, 'manager' | 'services'> {
  /** systemd's unit of the daemon; null: it has none. */
  unit: Unit | null;
  /** null: it does not run. */
  pid: number | null;
  /** It was started by hand, past its service. */
  isStray: boolean;
}

const UNITS = ['docker.socket', 'docker.service'] as const;

/** Asks whoever starts and stops services on this host. */
export async function probeServices(launcher: Launcher): Promise<ServiceFacts> {
  // sd_booted(3): systemd may be installed, and somebody else be in charge.
  if (!existsSync('/run/systemd/system')) {
    const pid = daemonPid();
    return {
      manager: 'sysv',
      services: [{ name: 'docker', state: pid === null ? 'stopped' : 'running' }],
      unit: null,
      pid,
      isStray: false,
    };
  }
  const units = parseUnits(await read(systemctlShow(UNITS), launcher)).filter(
    ({ loadState }) => loadState !== 'not-found',
  );
  const unit = units.find(({ name }) => name.endsWith('.service')) ?? null;
  const own = unit?.mainPid ?? null;
  const pid = own ?? daemonPid();
  return { manager: 'systemd', services: units.map(unitService), unit, pid, isStray: own === null && pid !== null };
}

/**
 * Whether the daemon may be asked through its socket. While its service starts or stops, a word to the socket would wait
 * there, and have systemd start Docker again.
 */
export const mayBeAsked = ({ unit, pid }: ServiceFacts): boolean =>
  pid !== null && (unit === null || unit.activeState === 'active' || unit.activeState === 'reloading');
