import type { Argv } from './argv.ts';

/** Filesystems that Docker makes on its devices, and how each is mounted without replaying its journal. */
const MOUNT_OPTIONS = {
  // ext4(5): a journal that is not loaded is not replayed.
  ext4: { readOnly: 'ro,noload', writable: 'rw' },
  // xfs(5): all devices are snapshots of one, and have its UUID.
  xfs: { readOnly: 'ro,norecovery,nouuid', writable: 'rw,nouuid' },
} as const;

export type MountableFilesystem = keyof typeof MOUNT_OPTIONS;

/** Whether dmtool knows how to mount it. */
export const isMountable = (filesystem: string | null): filesystem is MountableFilesystem =>
  filesystem !== null && Object.hasOwn(MOUNT_OPTIONS, filesystem);

/** mount(8): programs and device nodes of a container are not to be used by the host. */
export const mountFilesystem = (
  device: string,
  directory: string,
  { filesystem, readOnly }: { filesystem: MountableFilesystem; readOnly: boolean },
): Argv => [
  ...(['mount', '-t', filesystem] as const),
  ...['-o', `${MOUNT_OPTIONS[filesystem][readOnly ? 'readOnly' : 'writable']},nosuid,nodev`],
  ...['--', device, directory],
];
