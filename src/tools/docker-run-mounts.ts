import type { HostConfig, ImageConfig, InspectedContainer } from './docker-inspect.ts';
import { flag } from './docker-run-flags.ts';

/** Volumes, directories of the host and filesystems in memory; bind mounts as they were typed are plain flags. */
export const mountFlags = (container: InspectedContainer, image: ImageConfig): string[] => [
  ...(container.HostConfig.Mounts ?? []).map(mountFlag),
  ...Object.entries(container.HostConfig.Tmpfs ?? {}).map(([path, options]) =>
    flag('tmpfs', options ? `${path}:${options}` : path),
  ),
  ...namelessVolumes(container, image).map((path) => flag('volume', path)),
];

function mountFlag(mount: NonNullable<HostConfig['Mounts']>[number]): string {
  const { Type, Source, Target, ReadOnly, BindOptions, VolumeOptions, TmpfsOptions } = mount;
  const driver = VolumeOptions?.DriverConfig;
  const parts = [
    `type=${Type}`,
    ...(Source ? [`source=${Source}`] : []),
    `target=${Target}`,
    ...(ReadOnly ? ['readonly'] : []),
    ...(BindOptions?.Propagation ? [`bind-propagation=${BindOptions.Propagation}`] : []),
    ...(VolumeOptions?.NoCopy ? ['volume-nocopy'] : []),
    ...(driver?.Name ? [`volume-driver=${driver.Name}`] : []),
    ...Object.entries(driver?.Options ?? {}).map(([key, value]) => `volume-opt=${key}=${value}`),
    ...(TmpfsOptions?.SizeBytes ? [`tmpfs-size=${TmpfsOptions.SizeBytes}`] : []),
    ...(TmpfsOptions?.Mode ? [`tmpfs-mode=${TmpfsOptions.Mode.toString(8)}`] : []),
  ];
  // The flag is read as a line of CSV.
  return flag('mount', parts.map((part) => (/[",]/.test(part) ? `"${part.replaceAll('"', '""')}"` : part)).join(','));
}

/** Paths that `docker run --volume PATH` was given, and not the image: Docker gave them volumes without a name of their own. */
function namelessVolumes({ Config, HostConfig }: InspectedContainer, image: ImageConfig): string[] {
  const bound = (HostConfig.Binds ?? []).map((bind) => bind.split(':')[1]);
  const others = [
    ...Object.keys(image.Volumes ?? {}),
    ...bound,
    ...(HostConfig.Mounts ?? []).map(({ Target }) => Target),
  ];
  return Object.keys(Config.Volumes ?? {}).filter((path) => !others.includes(path));
}
