import { dmName } from '../model/lvm.ts';
import type { RawPoolRecord } from '../model/raw-pool.ts';
import type { Argv } from './argv.ts';
import { FILES_DIRECTORY, METADATA_MAGIC, METADATA_MAGIC_OFFSET_BYTES } from './raw-pools.ts';

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

/** What brings a pool back at boot before its engine starts. */
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
  const activate = `lvchange --activate y --monitor y -- ${vg}/${pool}`;
  return unitOf(kernelName, services, {
    description: `Thin pool ${vg}/${pool}`,
    order: 'After=local-fs.target systemd-udevd.service dm-event.socket lvm2-monitor.service',
    command: `until ${activate} && ${statusOf(kernelName)}; do sleep 1; done`,
  });
}

/**
 * A unit that attaches a pool's files, each once, and makes the pool as long as its data file is by then. Where the metadata
 * are not a pool's it gives up: the kernel would make an empty pool over the data.
 */
export function filesBootUnit({ name, table, data, metadata }: RawPoolRecord, services: readonly string[]): BootUnit {
  const block = table.dataBlockSizeSectors;
  const magic = `od --address-radix=n --skip-bytes=${METADATA_MAGIC_OFFSET_BYTES} --read-bytes=8 --format=u8 ${metadata.path}`;
  const rest = [block, table.lowWaterMarkBlocks, table.features.length, ...table.features].join(' ');
  return unitOf(name, services, {
    description: `Thin pool ${name}`,
    order: `RequiresMountsFor=${FILES_DIRECTORY}\nAfter=systemd-udevd.service`,
    command: [
      `${statusOf(name)} && exit`,
      `test $$(${magic}) -eq ${METADATA_MAGIC} || exit`,
      'attach() { losetup --noheadings --output NAME --associated $$1 | grep . || losetup --find --show -- $$1; }',
      `set -e; data=$$(attach ${data.path}); metadata=$$(attach ${metadata.path}); length=$$(blockdev --getsz $$data)`,
      `dmsetup create --table "0 $$((length / ${block} * ${block})) thin-pool $$metadata $$data ${rest}" -- ${name}`,
    ].join('; '),
  });
}

const statusOf = (kernelName: string): string => `dmsetup status --noflush -- ${kernelName}`;

interface UnitText {
  description: string;
  /** Lines of its first section. */
  order: string;
  /** Of a shell, as systemd reads it. */
  command: string;
}

function unitOf(kernelName: string, services: readonly string[], { description, order, command }: UnitText): BootUnit {
  const name = `dmtool-pool-${escaped(kernelName)}.service`;
  return {
    name,
    unit: {
      path: `${UNITS}/${name}`,
      content: `${HEAD}
[Unit]
Description=${description}
DefaultDependencies=no
${order}
Before=${services.join(' ')} shutdown.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=${START_TIMEOUT_SECONDS}
ExecStart=/bin/sh -c '${command}'
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
