/** Gone after a reboot, in memory: the lock, and what programs say while they run. */
export const RUN_DIRECTORY = '/run/dmtool';
/** Survives a reboot: what unfinished and finished runs own. */
export const STATE_DIRECTORY = '/var/lib/dmtool';
