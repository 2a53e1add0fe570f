/** The last major version that has the devicemapper storage driver: deprecated in 18.09, removed in 25.0. */
const LAST_MAJOR_WITH_DEVICEMAPPER = 24;

/** The number before the first dot. */
const majorVersion = (version: string): number => Number.parseInt(version, 10);

/** Whether a daemon of that version can run on a thin pool by itself. */
export const hasDevicemapperDriver = (version: string): boolean =>
  majorVersion(version) <= LAST_MAJOR_WITH_DEVICEMAPPER;
