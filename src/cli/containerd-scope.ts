import { configPathOf } from '../engines/containerd/files.ts';
import { hasDevicemapperDriver } from '../engines/docker/version.ts';
import type { ContainerdScope } from '../host/containerd/probe-containerd.ts';

/** containerd's settings. */
export const CONTAINERD_SETTINGS: ContainerdScope = {
  configPath: configPathOf,
  isWanted: () => true,
  wantsSnapshots: false,
};

/** The same where the Docker that is there keeps its containers in it. */
export const CONTAINERD_FOR_DOCKER: ContainerdScope = {
  ...CONTAINERD_SETTINGS,
  isWanted: (docker) => docker !== null && !hasDevicemapperDriver(docker.version),
};

/** All that is to be known before it leaves a pool. */
export const CONTAINERD_WHOLE: ContainerdScope = { ...CONTAINERD_SETTINGS, wantsSnapshots: true };
