import type { SettingsFile } from '../../model/docker.ts';

/** A setting of the daemon's that is given outside daemon.json. */
export interface FoundFlag {
  setting: string;
  value: string;
  path: string;
}

/** Finds them. */
export const findFlags = (_: readonly SettingsFile[]): FoundFlag[] => [];
