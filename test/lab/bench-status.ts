// `npm run bench`, its fourth part: `status` beside what one would type and beside Node.js itself, with one pool, with many, and with one that
// has many thin devices: time and peak memory, as ratios within one guest.
import { boot } from './boot.ts';
import { costs } from './cost.ts';
import type { BootOptions, Guest } from './guest.ts';
import { DEVICES, MANY_DEVICES_BOOT, makeManyDevices } from './many-devices.ts';
import { nodePath } from './paths.ts';

const ROUNDS = Number(process.argv[2] ?? 5);
const POOLS = 50;

interface Scene {
  readonly name: string;
  readonly boot: BootOptions;
  prepare(guest: Guest): Promise<void>;
}

async function must(guest: Guest, script: string): Promise<void> {
  const { exitCode, stderr } = await guest.sh(`set -e; ${script}`);
  if (exitCode !== 0) throw new Error(stderr);
}

/** Small pools side by side on one disk, each on two pieces of it: first the pieces, then the pools on them. */
function concisePools(disk: string): readonly string[] {
  const ids = Array.from({ length: POOLS }, (_, id) => id);
  const piece = (name: string, sectors: number, start: number): string =>
    `${name},,,rw,0 ${sectors} linear ${disk} ${start}`;
  const pieces = ids.flatMap((id) => [
    piece(`meta${id}`, 8192, id * 24576),
    piece(`data${id}`, 16384, id * 24576 + 8192),
  ]);
  const pools = ids.map((id) => `pool${id},,,rw,0 16384 thin-pool /dev/mapper/meta${id} /dev/mapper/data${id} 128 0`);
  return [pieces.join(';'), pools.join(';')];
}

const scenes: readonly Scene[] = [
  {
    name: '1 pool of LVM',
    boot: { disks: ['1G'] },
    prepare: (guest) => must(guest, `dmtool setup --engine none --device ${guest.disks[0]} --yes`),
  },
  {
    name: `${POOLS} pools by a table of their own`,
    boot: { disks: ['1G'] },
    prepare: (guest) =>
      must(
        guest,
        concisePools(guest.disks[0] ?? '')
          .map((text) => `DM_DISABLE_UDEV=1 dmsetup create --concise '${text}'`)
          .join('\n'),
      ),
  },
  { name: `1 pool with ${DEVICES} active thin devices`, boot: MANY_DEVICES_BOOT, prepare: makeManyDevices },
];

/** What is wrong with the pools does not matter here; that they can't be seen would. */
const MOST_EXIT_CODE = 2;

async function bench({ name, boot: options, prepare }: Scene): Promise<void> {
  await using guest = await boot(options);
  await prepare(guest);
  console.log(`status, ${name}, ${ROUNDS} rounds in turn in one guest`);
  const { node, typed, lvs, status } = await costs(
    guest,
    {
      node: [nodePath, '-e', '0'],
      typed: ['dmsetup', 'status', '--noflush'],
      lvs: ['lvs', '--all'],
      status: ['dmtool', 'status', '--timeout', '60'],
    },
    ROUNDS,
    MOST_EXIT_CODE,
  );
  const byHand = typed.milliseconds + lvs.milliseconds;
  const memory = Math.max(typed.peakKib, lvs.peakKib);
  const over = status.milliseconds - byHand - node.milliseconds;
  console.log(
    `ratio of medians: to dmsetup and lvs time ${(status.milliseconds / byHand).toFixed(2)}, memory ${(status.peakKib / memory).toFixed(2)}; ` +
      `to node -e 0 time ${(status.milliseconds / node.milliseconds).toFixed(2)}, memory ${(status.peakKib / node.peakKib).toFixed(2)}; ` +
      `over all three together ${(over / node.milliseconds).toFixed(2)} of node -e 0`,
  );
}

for (const scene of scenes) await bench(scene);
