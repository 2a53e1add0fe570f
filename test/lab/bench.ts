// `npm run bench`: setup's wall time beside the documented commands typed in a shell: as the documents have them, each through
// sudo, and in a shell of root's. All run in turn in one guest, so that a figure is a ratio within one run; absolute times of a
// guest kernel mean nothing elsewhere.
import { boot } from './boot.ts';
import type { Guest } from './guest.ts';

const ROUNDS = Number(process.argv[2] ?? 5);

/** Steps 4 to 11 of the procedure "Configure direct-lvm mode manually", as it has them; `tee` stands for its editor. */
const documentedCommands = (disk: string, sudo: '' | 'sudo '): string => `
${sudo}pvcreate ${disk}
${sudo}vgcreate docker ${disk}
${sudo}lvcreate --wipesignatures y -n thinpool docker -l 95%VG
${sudo}lvcreate --wipesignatures y -n thinpoolmeta docker -l 1%VG
${sudo}lvconvert -y --zero n -c 512K --thinpool docker/thinpool --poolmetadata docker/thinpoolmeta
${sudo}tee /etc/lvm/profile/docker-thinpool.profile <<END
activation {
  thin_pool_autoextend_threshold=80
  thin_pool_autoextend_percent=20
}
END
${sudo}lvchange --metadataprofile docker-thinpool docker/thinpool
${sudo}lvs -o+seg_monitor`;

/** What the procedure leaves out, and a pool needs: until then the kernel has no low water mark, and dmeventd only polls. */
const REFRESH = 'lvchange --refresh docker/thinpool';

const undoCommands = (disk: string): string => `set -e
lvremove -qq --yes docker/thinpool
vgremove -qq docker
pvremove -qq ${disk}
dd if=/dev/zero of=${disk} bs=1M count=1 conv=fsync status=none
rm /etc/lvm/profile/docker-thinpool.profile
if pid=$(pidof dmeventd); then kill "$pid"; while kill -0 "$pid" 2>&-; do :; done; fi
udevadm settle`;

/** Wall time in milliseconds, by the guest's own clock. */
async function timed(guest: Guest, script: string): Promise<number> {
  const wrapped = `start=$(date +%s%N); { ${script}\n} >/tmp/out 2>&1 || { cat /tmp/out >&2; exit 1; }; echo $((($(date +%s%N) - start) / 1000))`;
  const { stdout, stderr, exitCode } = await guest.sh(wrapped);
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${stderr}`);
  return Number(stdout) / 1000;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

const describe = (name: string, values: readonly number[]): string => {
  const sorted = values.toSorted((a, b) => a - b).map((value) => value.toFixed(0));
  return `${name.padEnd(28)} min ${sorted[0]} ms, median ${median(values).toFixed(0)} ms, max ${sorted.at(-1)} ms`;
};

await using guest = await boot({ disks: ['10G'] });
const disk = guest.disks[0] as string;
// As an installed system has it: sudo would look for the host's name elsewhere each time.
await guest.sh('echo "127.0.1.1 $(hostname)" >> /etc/hosts');
const setup = `dmtool setup --engine none --device ${disk}`;
const figures = {
  typed: [] as number[],
  typedDmtool: [] as number[],
  documented: [] as number[],
  refreshed: [] as number[],
  dmtool: [] as number[],
  node: [] as number[],
  version: [] as number[],
  dryRun: [] as number[],
};
// One round that does not count: the first run reads every program from disk.
for (let round = -1; round < ROUNDS; round += 1) {
  const typed = await timed(guest, documentedCommands(disk, 'sudo '));
  await guest.sh(undoCommands(disk));
  const typedDmtool = await timed(guest, `sudo ${setup} --yes`);
  await guest.sh(undoCommands(disk));
  const documented = await timed(guest, documentedCommands(disk, ''));
  const refreshed = documented + (await timed(guest, REFRESH));
  await guest.sh(undoCommands(disk));
  const node = await timed(guest, `${process.execPath} -e 0`);
  const version = await timed(guest, 'dmtool --version');
  const dryRun = await timed(guest, `${setup} --dry-run`);
  const dmtool = await timed(guest, `${setup} --yes`);
  await guest.sh(undoCommands(disk));
  if (round < 0) continue;
  figures.typed.push(typed);
  figures.typedDmtool.push(typedDmtool);
  figures.documented.push(documented);
  figures.refreshed.push(refreshed);
  figures.dmtool.push(dmtool);
  figures.node.push(node);
  figures.version.push(version);
  figures.dryRun.push(dryRun);
}

const ratios = (others: readonly number[], own: readonly number[] = figures.dmtool): string => {
  const rounds = own.map((value, round) => value / (others[round] as number));
  return `median ${median(rounds).toFixed(2)} (${rounds.map((ratio) => ratio.toFixed(2)).join(' ')})`;
};
const share = (part: number): string => (part / median(figures.documented)).toFixed(2);
const [node, version, dryRun] = [median(figures.node), median(figures.version), median(figures.dryRun)];
console.log(`setup beside the documented commands, ${ROUNDS} rounds in turn in one guest`);
console.log(describe('as typed there, through sudo', figures.typed));
console.log(describe('sudo dmtool setup', figures.typedDmtool));
console.log(describe('the same in a root shell', figures.documented));
console.log(describe('  and lvchange --refresh', figures.refreshed));
console.log(describe('dmtool setup', figures.dmtool));
console.log(`ratio, as the documents have it typed, through sudo  ${ratios(figures.typed, figures.typedDmtool)}`);
console.log(`ratio in a root shell                                ${ratios(figures.documented)}`);
console.log(`  to those that leave the same pool: refreshed       ${ratios(figures.refreshed)}`);
console.log('where it goes, as a share of the documented commands in a root shell:');
console.log(`  ${share(node)} starting Node.js, ${share(version - node)} loading dmtool`);
console.log(`  ${share(dryRun - version)} looking first: LVM's settings and report, the disk's signatures and users`);
console.log(`  ${share(median(figures.dmtool) - dryRun)} the steps themselves, and reading everything back`);
