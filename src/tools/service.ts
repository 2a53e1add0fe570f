import type { ServiceManager } from '../model/docker.ts';
import type { Argv } from './argv.ts';

/**
 * Commands that stop or start services (systemctl(1), service(8)). Starting does not wait: systemctl would wait for as
 * long as the unit lets it, and whether the daemon came up is looked at anyway. A unit that was started too often within
 * a minute is refused (StartLimitBurst in systemd.unit(5)) until it is reset; of units that systemd has not loaded, which
 * nobody has started yet, only a pattern is no error.
 */
export function serviceCommands(manager: ServiceManager, verb: 'start' | 'stop', names: readonly string[]): Argv[] {
  if (manager === 'sysv') return names.map((name) => ['service', name, verb]);
  if (verb === 'stop') return [['systemctl', 'stop', ...names]];
  return [
    ['systemctl', 'reset-failed', ...names.map((name) => `${name}*`)],
    ['systemctl', 'start', '--no-block', ...names],
  ];
}
