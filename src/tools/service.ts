import type { Argv } from './argv.ts';

/** service(8), for hosts without systemd. */
export const serviceStart = (service: string): Argv => ['service', service, 'start'];

/** service(8), likewise. */
export const serviceStop = (service: string): Argv => ['service', service, 'stop'];
