import test from 'ava';
import { parseLvmdiskscan } from '../../src/tools/lvmdiskscan.ts';
import { recorded } from './recorded.ts';

test('the devices that LVM sees are listed, PVs or not, and its counts are not taken for devices', (t) => {
  for (const text of recorded('lvmdiskscan', 'blank-host.txt'))
    t.deepEqual(parseLvmdiskscan(text), ['/dev/ubda', '/dev/ubdb', '/dev/ubdc']);
  for (const text of recorded('lvmdiskscan', 'orphan-pv.txt'))
    t.deepEqual(parseLvmdiskscan(text), ['/dev/ubda', '/dev/ubdb']);
});

test('an answer that can not be read lets no device be seen', (t) => {
  for (const text of ['', 'No devices', '/dev/sdb 10 GiB', 'WARNING: /dev/sdb [ 1 GiB]'])
    t.deepEqual(parseLvmdiskscan(text), []);
});
