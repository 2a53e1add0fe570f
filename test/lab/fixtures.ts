// Runs the real programs in guests and writes down what they say: `npm run fixtures`. A scene is a machine in some state; LVM's
// and device-mapper's programs of other releases are asked about it as well.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Argv } from '../../src/tools/argv.ts';
import { statusCommand, tableCommand } from '../../src/tools/dmsetup.ts';
import { losetupList } from '../../src/tools/losetup.ts';
import { fullreport, lvmconfig, lvmdiskscan } from '../../src/tools/lvm-commands.ts';
import { wipefsList } from '../../src/tools/wipefs.ts';
import { boot } from './boot.ts';
import { LabFailure } from './errors.ts';
import { containerdScenes } from './fixtures/containerd-scenes.ts';
import { type DockerScene, dockerScenes } from './fixtures/docker-scenes.ts';
import { dockerUnitScenes } from './fixtures/docker-unit-scenes.ts';
import { kernelScenes } from './fixtures/kernel-scenes.ts';
import { lvmScenes } from './fixtures/lvm-scenes.ts';
import type { Question, Scene } from './fixtures/scene.ts';
import { signatureScenes } from './fixtures/signature-scenes.ts';
import type { Guest } from './guest.ts';
import { RELEASES, type Release, treeOf } from './trees.ts';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));

/** How a program states its own version. */
interface VersionQuestion {
  readonly argv: Argv;
  readonly pattern: RegExp;
}

interface Capture {
  readonly program: string;
  readonly extension: string;
  readonly argv: (disk: string) => Argv;
  readonly version: VersionQuestion;
}

const lvmVersion = { argv: ['lvm', 'version'], pattern: /LVM version:\s+([\d.]+)/ } as const;
const dmsetupVersion = { argv: ['dmsetup', 'version'], pattern: /Library version:\s+([\d.]+)/ } as const;
const dockerVersion = { argv: ['dockerd', '--version'], pattern: /Docker version ([\d.]+)/ } as const;
const containerdVersion = { argv: ['containerd', '--version'], pattern: /containerd \S+ v?([\d.]+)/ } as const;
const losetupVersion = { argv: ['losetup', '--version'], pattern: /util-linux ([\d.]+)/ } as const;
const wipefsVersion = { argv: ['wipefs', '--version'], pattern: /util-linux ([\d.]+)/ } as const;

const captures: Readonly<Record<Question, Capture>> = {
  fullreport: { program: 'lvm', extension: 'json', argv: () => fullreport(), version: lvmVersion },
  lvmconfig: { program: 'lvmconfig', extension: 'txt', argv: lvmconfig, version: lvmVersion },
  lvmdiskscan: { program: 'lvmdiskscan', extension: 'txt', argv: lvmdiskscan, version: lvmVersion },
  table: { program: 'dmsetup', extension: 'table', argv: tableCommand, version: dmsetupVersion },
  status: { program: 'dmsetup', extension: 'status', argv: statusCommand, version: dmsetupVersion },
  wipefs: { program: 'wipefs', extension: 'txt', argv: wipefsList, version: wipefsVersion },
  losetup: { program: 'losetup', extension: 'json', argv: losetupList, version: losetupVersion },
};

const engines = { docker: dockerVersion, containerd: containerdVersion } as const;

/** As dmtool runs programs: in the C locale. */
async function ask(guest: Guest, argv: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await guest.run(argv, { env: { LC_ALL: 'C' } });
  if (exitCode !== 0) throw new LabFailure(`${argv.join(' ')}: exit ${exitCode}\n${stderr}`);
  return stdout;
}

/** The directory for what this version of a program says. */
async function directoryOf(
  guest: Guest,
  within: readonly string[],
  program: string,
  version: VersionQuestion,
): Promise<string> {
  const stated = version.pattern.exec(await ask(guest, [...within, ...version.argv]))?.[1];
  if (stated === undefined) throw new LabFailure(`${program} does not state its version`);
  const directory = `${fixtures}/${program}/${stated}`;
  await mkdir(directory, { recursive: true });
  return directory;
}

/** @param within what comes before each command, such as chroot */
async function record(guest: Guest, scene: Scene, within: readonly string[] = []): Promise<void> {
  for (const question of scene.questions) {
    const { program, extension, argv, version } = captures[question];
    if (within.length > 0 && !OF_RELEASES.includes(question)) continue;
    const directory = await directoryOf(guest, within, program, version);
    const answer = await ask(guest, [...within, ...argv(guest.disks[0] ?? '')]);
    await writeFile(`${directory}/${scene.name}.${extension}`, answer);
  }
}

/** What other releases are asked. */
const OF_RELEASES: readonly Question[] = ['fullreport', 'lvmconfig', 'lvmdiskscan', 'table', 'status'];

/** A release's own programs, with the guest's devices and LVM's settings. */
async function within(guest: Guest, release: Release): Promise<string[]> {
  const tree = treeOf(release);
  const binds = 'for each in dev proc sys run; do mount --rbind "/$each" "$1/$each"; done';
  await ask(guest, ['sh', '-euc', binds, 'sh', tree]);
  return ['chroot', tree];
}

async function recordEngine(guest: Guest, scene: DockerScene, engine: keyof typeof engines): Promise<void> {
  const directory = await directoryOf(guest, [], engine, engines[engine]);
  for (const [extension, script] of Object.entries(scene.answers)) {
    await writeFile(`${directory}/${scene.name}.${extension}`, await ask(guest, ['bash', '-euc', script]));
  }
}

async function play(scene: Scene): Promise<void> {
  await using guest = await boot({ disks: scene.disks });
  const { exitCode, stderr } = await guest.run(['bash', '-euc', scene.script(guest.disks), scene.name]);
  if (exitCode !== 0) throw new LabFailure(`${scene.name}: exit ${exitCode}\n${stderr}`);
  await record(guest, scene);
  for (const release of RELEASES) await record(guest, scene, await within(guest, release));
}

async function playEngine(scene: DockerScene, engine: keyof typeof engines): Promise<void> {
  await using guest = await scene.boot();
  await scene.prepare(guest);
  await recordEngine(guest, scene, engine);
}

const wanted = process.argv.slice(2);
const plays = [
  ...[...lvmScenes, ...kernelScenes, ...signatureScenes].map((scene) => ({ ...scene, play: () => play(scene) })),
  ...[...dockerScenes, ...dockerUnitScenes].map((scene) => ({ ...scene, play: () => playEngine(scene, 'docker') })),
  ...containerdScenes.map((scene) => ({ ...scene, play: () => playEngine(scene, 'containerd') })),
];
if (wanted.length === 0) await rm(fixtures, { recursive: true, force: true });
for (const { name, play } of plays) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await play();
  console.log(name);
}
