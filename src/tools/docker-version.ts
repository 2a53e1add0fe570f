import { UnreadableOutput } from './unreadable.ts';

/**
 * Reads `dockerd --version`: `Docker version 20.10.24+dfsg1, build 5d6db84`.
 * @returns the version alone, with what a distribution adds to it
 * @throws UnreadableOutput when it is no such line
 */
export function parseDockerdVersion(text: string): string {
  const version = /^Docker version (\d+\.\d[^\s,]*), build /m.exec(text)?.[1];
  if (version === undefined) throw new UnreadableOutput('dockerd --version', 'no version', text);
  return version;
}
