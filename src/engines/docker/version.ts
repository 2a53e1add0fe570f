import { UnreadableOutput } from '../../tools/unreadable.ts';

/** The last major version that has the devicemapper storage driver: deprecated in 18.09, removed in 25.0. */
const LAST_MAJOR_WITH_DEVICEMAPPER = 24;

/**
 * Reads `dockerd --version`: `Docker version 20.10.24+dfsg1, build 297e128`.
 * @returns the version alone, with what a distribution adds to it
 * @throws UnreadableOutput when it is no such line
 */
export function parseDockerdVersion(text: string): string {
  const version = /^Docker version (\d+\.\d[^\s,]*), build /m.exec(text)?.[1];
  if (version === undefined) throw new UnreadableOutput('dockerd --version', 'no version', text);
  return version;
}

/** The number before the first dot of what parseDockerdVersion gave. */
export const majorVersion = (version: string): number => Number.parseInt(version, 10);

/** Whether a daemon of that version can run on a thin pool by itself. */
export const hasDevicemapperDriver = (version: string): boolean =>
  majorVersion(version) <= LAST_MAJOR_WITH_DEVICEMAPPER;
