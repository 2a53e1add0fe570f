// `npm run demo`: the main job, live, on a real kernel in a guest. Nothing on this host changes.
import { closeSync, existsSync, openSync, readSync, watch, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { boot } from './boot.ts';
import type { Guest } from './guest.ts';

const say = (text: string): void => console.log(`\n\x1b[1m${text}\x1b[0m`);

/** Types a command into the guest and shows its output as it comes. */
async function type(guest: Guest, command: string, shown = command): Promise<void> {
  console.log(`\n# ${shown}`);
  const name = `output-${performance.now()}`;
  const path = join(guest.share.host, name);
  writeFileSync(path, '');
  const fd = openSync(path, 'r');
  const buffer = Buffer.alloc(65_536);
  const drain = (): void => {
    for (let count = readSync(fd, buffer); count > 0; count = readSync(fd, buffer)) {
      process.stdout.write(buffer.subarray(0, count));
    }
  };
  const watcher = watch(path, drain);
  const { exitCode } = await guest.sh(`{ ${command}\n} >>${guest.share.guest}/${basename(path)} 2>&1`);
  watcher.close();
  if (existsSync(path)) drain();
  closeSync(fd);
  if (exitCode !== 0) console.log(`(exit code ${exitCode})`);
}

/** Maps a thin device in the pool, as an engine does, and writes into it until dmeventd has made the pool larger. */
const FILL = `
pool=/dev/mapper/docker-thinpool
dmsetup message $pool 0 'create_thin 0'
dmsetup create demo --table "0 33554432 thin $pool 0"
before=$(dmsetup table docker-thinpool | cut -d' ' -f2)
event=$(dmsetup info -c --noheadings -o events docker-thinpool)
dd if=/dev/zero of=/dev/mapper/demo bs=1M count=1100 oflag=direct status=none
while [ "$(dmsetup table docker-thinpool | cut -d' ' -f2)" = "$before" ]; do
  event=$(dmsetup wait docker-thinpool "$event" | sed 's/.*: *//' | grep -o '^[0-9]*$' || dmsetup info -c --noheadings -o events docker-thinpool)
done
echo "The pool had $before sectors, and has $(dmsetup table docker-thinpool | cut -d' ' -f2) now: nobody typed anything."`;

const started = performance.now();
say('A guest with three disks: two blank ones, and one with somebody’s filesystem.');
await using guest = await boot({ disks: ['1G', '600M', '1G'] });
const [first, second, foreign] = guest.disks as [string, string, string];
await guest.sh(`mkfs.ext4 -q -L precious ${foreign}`);
await type(guest, 'lsblk --output NAME,SIZE,FSTYPE,LABEL | grep -v ubda');

say('Somebody’s filesystem is refused, by name, before anything is changed.');
await type(guest, `dmtool setup --engine none --device ${foreign} --yes`);

say('Two blank disks become one thin pool, with room kept for one whole step of growth.');
await type(guest, `dmtool setup --engine none --device ${first} --device ${second} --headroom --yes`);

say('The same again: nothing to do. And the truth about it, from the kernel.');
await type(guest, `dmtool setup --engine none --device ${first} --device ${second} --yes | head -1`);
await type(guest, 'dmtool status');

say('Written past its threshold, the pool grows by itself.');
await type(guest, FILL, 'dd if=/dev/zero of=/dev/mapper/demo bs=1M count=1100 oflag=direct');
await type(guest, 'dmtool status');

say('A step that fails is undone: here lvconvert is made to fail on a fresh disk set.');
await guest.sh(`dmsetup remove demo; lvremove --yes docker/thinpool; vgremove docker; pvremove ${first} ${second};
  for disk in ${first} ${second}; do dd if=/dev/zero of=$disk bs=1M count=1 conv=fsync; done; rm /etc/lvm/profile/docker-thinpool.profile`);
const fault = await guest.failProgram('lvconvert', { stderr: 'lvconvert: a disk error, arranged for this demo' });
await type(guest, `dmtool setup --engine none --device ${first} --yes`);
await fault.remove();
await type(guest, `pvs; vgs; wipefs ${first} | wc -l`);
console.log(
  `\nDone in ${((performance.now() - started) / 1000).toFixed(0)} s. The guest is gone; this host is as it was.`,
);
