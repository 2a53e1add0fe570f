import { dmName } from '../model/lvm.ts';
import type { Argv } from './argv.ts';

/** Where systemd looks for an administrator's units (systemd.unit(5)). */
const UNITS = '/etc/systemd/system';

/** Where all of these files are, as glob patterns. */
export const BOOT_FILES = [`${UNITS}/dmtool-pool-*.service`, `${UNITS}/*.service.d/dmtool-pool-*.conf`] as const;

/** A file of systemd's that dmtool writes. */
export interface UnitFile {
  path: string;
  content: string;
}

/** One for a service of the engine's. */
export interface DropIn extends UnitFile {
  service: string;
}

/** What brings an LVM pool back at boot before its engine starts. */
export interface BootUnit {
  name: string;
  unit: UnitFile;
  /** Have the engine's services need it and wait for it. */
  dropIns: readonly DropIn[];
}

/** The first line of each: by it dmtool knows its own. */
const HEAD = '# Written by dmtool, and removed by dmtool teardown.';

/** A disk that is late for so long does not come. */
const START_TIMEOUT_SECONDS = 300;

/**
 * A unit that activates the pool again and again until the kernel has it, because its disk may be late. To order the engine
 * after the pool's device would not do: udev never calls a thin pool's device ready (systemd.device(5), SYSTEMD_READY).
 * @param services the engine's, like docker.service
 */
export function bootUnit(vg: string, pool: string, services: readonly string[]): BootUnit {
  const kernelName = dmName(vg, pool);
  const name = `dmtool-pool-${escaped(kernelName)}.service`;
  const activate = `lvchange --activate y --monitor y -- ${vg}/${pool}`;
  const look = `dmsetup status --noflush -- ${kernelName}`;
  return {
    name,
    unit: {
      path: `${UNITS}/${name}`,
      content: `${HEAD}
[Unit]
Description=Thin pool ${vg}/${pool}
DefaultDependencies=no
After=local-fs.target systemd-udevd.service dm-event.socket lvm2-monitor.service
Before=${services.join(' ')} shutdown.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=${START_TIMEOUT_SECONDS}
ExecStart=/bin/sh -c 'until ${activate} && ${look}; do sleep 1; done'
`,
    },
    dropIns: services.map((service) => ({
      service,
      path: `${UNITS}/${service}.d/${name.replace(/\.service$/, '.conf')}`,
      content: `${HEAD}
[Unit]
Requires=${name}
After=${name}
`,
    })),
  };
}

/** LVM's names may hold a plus, which no unit's name may (systemd-escape(1)). */
const escaped = (name: string): string => name.replaceAll('+', String.raw`\x2b`);

/** systemctl(1): has systemd read its files anew. */
export const systemctlReload = (): Argv => ['systemctl', 'daemon-reload'];
