import type { ServiceManager } from '../model/docker.ts';
import type { Argv } from './argv.ts';

/** What is done to a service. */
export type ServiceVerb = 'start' | 'stop' | 'restart';

/** One call; `mayFail`: what counts is what comes after it. */
export interface ServiceCommand {
  argv: Argv;
  mayFail?: true;
}

/**
 * Commands that stop, start or restart services (systemctl(1), service(8)). Starting does not wait: systemctl would wait for
 * as long as the unit lets it, and whether the daemon came up is looked at anyway. A restart does: until it is through, the
 * daemon that answers is the old one. A unit that was started too often within
 * a minute is refused (StartLimitBurst in systemd.unit(5)) until it is reset. A unit that nobody has started yet is not
 * loaded, and has nothing to reset: that fails, and does no harm.
 */
export function serviceCommands(
  manager: ServiceManager,
  verb: ServiceVerb,
  names: readonly string[],
): ServiceCommand[] {
  if (manager === 'sysv') return names.map((name) => ({ argv: ['service', name, verb] }));
  if (verb === 'stop') return [{ argv: ['systemctl', 'stop', '--', ...names] }];
  return [
    { argv: ['systemctl', 'reset-failed', '--', ...names], mayFail: true },
    {
      argv:
        verb === 'start'
          ? ['systemctl', 'start', '--no-block', '--', ...names]
          : ['systemctl', 'restart', '--', ...names],
    },
  ];
}
