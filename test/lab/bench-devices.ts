// `npm run bench`, its second part: `device list` on a pool with many thin devices, beside `dmsetup ls`: time and peak memory, as ratios within one guest.
import { boot } from './boot.ts';
import { costs } from './cost.ts';
import { DEVICES, MANY_DEVICES_BOOT, makeManyDevices } from './many-devices.ts';

const rounds = Number(process.argv[2] ?? 5);
await using guest = await boot(MANY_DEVICES_BOOT);
await makeManyDevices(guest);
console.log(`device list beside dmsetup ls, ${DEVICES} active thin devices, ${rounds} rounds in turn in one guest`);
const { ls, list } = await costs(
  guest,
  {
    ls: ['dmsetup', 'ls'],
    list: ['dmtool', 'device', 'list'],
    // The kernel's part of it: what `device list` can't do without.
    table: ['dmsetup', 'table'],
    status: ['dmsetup', 'status', '--noflush'],
  },
  rounds,
);
const [time, memory] = [list.milliseconds / ls.milliseconds, list.peakKib / ls.peakKib];
console.log(`ratio, median                  time ${time.toFixed(2)}, memory ${memory.toFixed(2)}`);
