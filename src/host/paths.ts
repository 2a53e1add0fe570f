/** In memory and there on every host: what programs say goes into files here that no name leads to. */
export const MEMORY_DIRECTORY = '/run';
/** Gone after a reboot: the lock. Whoever only looks does not make it. */
export const RUN_DIRECTORY = '/run/dmtool';
/** Survives a reboot: what unfinished and finished runs own. */
export const STATE_DIRECTORY = '/var/lib/dmtool';
