import type { BootOptions, Guest } from './guest.ts';
import { HostGuest } from './host.ts';
import { UmlGuest } from './uml.ts';

/** A machine to test on: a guest kernel, or with DMTOOL_LAB=host the host itself, for hosts without User Mode Linux. */
export function boot(options: BootOptions = {}): Promise<Guest> {
  return process.env.DMTOOL_LAB === 'host' ? HostGuest.boot(options) : UmlGuest.boot(options);
}
