// `npm run demo`: the main job, live, on a real kernel in a guest. Nothing on this host changes.
import { closeSync, existsSync, openSync, readSync, watch, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { styleText } from 'node:util';
import { importBusybox, runContainer } from '../e2e/support/containers.ts';
import { bootDocker, startDocker } from '../e2e/support/docker.ts';
import type { Guest } from './guest.ts';

const say = (text: string): void => console.log(`\n${styleText('bold', text)}`);

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

/** A container writes until dmeventd has made the pool larger, which the kernel tells by an event. */
const FILL = `
before=$(dmsetup table docker-thinpool | cut -d' ' -f2)
docker run --network none box sh -c 'dd if=/dev/zero of=/fill bs=1M count=320 2>&-; sync'
while [ "$(dmsetup table docker-thinpool | cut -d' ' -f2)" = "$before" ]; do
  dmsetup wait docker-thinpool "$(dmsetup info -c --noheadings -o events docker-thinpool)" >&-
done
echo "The pool had $before sectors, and has $(dmsetup table docker-thinpool | cut -d' ' -f2) now: nobody typed anything."`;

const started = performance.now();
say('A host with Docker on overlay2, two blank disks, and one with somebody’s filesystem.');
await using guest = await bootDocker({ disks: ['400M', '200M', '64M'] });
const [first, second, foreign] = guest.disks as [string, string, string];
await guest.sh(`mkfs.ext4 -q -L precious ${foreign}`);
await startDocker(guest);
await importBusybox(guest);
await runContainer(guest, 'shop', { volume: 'orders' });
await type(guest, 'lsblk --output NAME,SIZE,FSTYPE,LABEL | grep -v ubda');

say('Somebody’s filesystem is refused, by name, before anything is changed.');
await type(guest, `dmtool setup --device ${foreign} --yes`);

say('A step that fails is undone: here lvcreate is made to fail. Docker does not notice.');
const fault = await guest.failProgram('lvcreate', { stderr: 'lvcreate: a disk error, arranged for this demo' });
await type(guest, `dmtool setup --device ${first} --yes`);
await fault.remove();
await type(guest, `pvs; vgs; wipefs ${first} | wc -l; docker ps --format '{{.Names}}: {{.Status}}'`);

say('Two blank disks become one thin pool, with room kept for one whole step of growth, and Docker moves onto it.');
await type(guest, `dmtool setup --device ${first} --device ${second} --headroom --carry-volumes --yes`);

say('A container on the pool. Written past its threshold, the pool grows by itself.');
await importBusybox(guest);
await type(guest, "docker info 2>&- | grep -A 1 -e 'Storage Driver' -e 'Data Space'");
await type(guest, FILL, 'docker run box dd if=/dev/zero of=/fill bs=1M count=320');
await type(guest, 'dmtool status');
console.log(
  `\nDone in ${((performance.now() - started) / 1000).toFixed(0)} s. The guest is gone; this host is as it was. \`dmtool teardown\` would have brought Docker back.`,
);
