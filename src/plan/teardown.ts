import { parseDaemonJson } from '../engines/docker/daemon-json.ts';
import { CONTAINERD_SERVICE } from '../model/containerd.ts';
import { DOCKER_SERVICE, isDockerUp, runningContainers } from '../model/docker.ts';
import { findVg, type Host } from '../model/host.ts';
import type { TeardownIntent } from '../model/intent.ts';
import { dmName } from '../model/lvm.ts';
import type { OwnershipRecord } from '../model/ownership.ts';
import { type BootUnit, bootUnit, filesBootUnit } from '../tools/boot-unit.ts';
import { bytes } from '../units/quantity.ts';
import { bootRemovalSteps, dockerBootUnit } from './boot-steps.ts';
import { all, holds, not } from './condition.ts';
import { refuseDocker, refuseNoBuild } from './docker-refusals.ts';
import { type Return, surveyReturn } from './docker-return.ts';
import { returnSteps } from './docker-return-steps.ts';
import { filesPool } from './files-pool.ts';
import { filesTeardownSteps } from './files-pool-steps.ts';
import { hasLooked, refusePrograms, refuseUser } from './host-refusals.ts';
import { lookStep } from './make-step.ts';
import type { Refusal } from './refusal.ts';
import type { Note, Plan, Planned, Step } from './step.ts';
import { containerdReturnSteps, refuseContainerdReturn } from './teardown-containerd.ts';
import { removalSteps } from './teardown-docker.ts';
import { poolTeardownSteps, refusePoolTeardown, staysAfter } from './teardown-pool.ts';
import { refuseOtherData } from './teardown-refusals.ts';
import { findRecords, teardownSubject } from './teardown-subject.ts';

/**
 * Plans the way back: Docker as it was before, on its former driver with its former data, and only when it runs, the
 * pool, its VG, its PVs and the profile removed.
 * @param profileHead the first line of the profiles that dmtool writes
 */
export function planTeardown(host: Host, intent: TeardownIntent, profileHead: string): Planned {
  const blind = [...refuseUser(host), ...refusePrograms(host)];
  if (!hasLooked(host)) return { kind: 'refused', refusals: blind };
  const subject = teardownSubject(host, intent);
  if (subject === null) return { kind: 'ready', plan: nothing(host, intent) };
  if ('code' in subject) return { kind: 'refused', refusals: [subject] };
  const refusals = [...blind, ...refuseTeardown(host, subject)];
  if (refusals.length > 0) return { kind: 'refused', refusals };
  return { kind: 'ready', plan: teardownPlan(host, subject, profileHead) };
}

function refuseTeardown(host: Host, record: OwnershipRecord): Refusal[] {
  const { pool, docker: was, containerd } = record;
  const returning = was ? refuseReturn(host) : [];
  return [
    ...(pool ? refusePoolTeardown(host, pool, was !== null || containerd !== undefined) : []),
    ...returning,
    ...(containerd ? refuseContainerdReturn(host, record, containerd) : []),
    ...(was && host.docker && returning.length === 0 ? refuseOtherData(host, host.docker, record, was) : []),
  ];
}

/** Without Docker, or with a daemon.json that can't be read, there is nothing to bring back to. */
const refuseReturn = ({ docker, programs }: Host): Refusal[] =>
  refuseDocker(docker, programs, refuseNoBuild).filter(({ code }) => NEEDED.has(code));

const NEEDED = new Set<Refusal['code']>(['missing-program', 'config-malformed', 'docker-stray', 'data-root-differs']);

function teardownPlan(host: Host, record: OwnershipRecord, profileHead: string): Plan {
  const back = record.docker && host.docker ? surveyReturn(host.docker, record, record.docker) : null;
  const returning = back ? returnSteps(host, back) : [];
  const moves = returning.some(({ id }) => id === 'set-aside');
  const removing = [
    ...bootRemoval(host, record),
    ...(record.containerd ? containerdReturnSteps(host, record, record.containerd) : []),
    ...(back ? removalSteps(back, moves) : []),
    ...(record.pool ? poolTeardownSteps(host, record.pool, profileHead) : []),
    ...(record.files ? filesTeardownSteps(host, record.files) : []),
  ].filter(({ done, onlyIfNeeded }) => onlyIfNeeded || !holds(done, host) || moves);
  const rest = [...returning, ...removing];
  const engine = back ? 'Docker' : record.containerd ? 'containerd' : null;
  return {
    ...words(record, engine, fate(host, record)),
    // Killed after its last step: one look is left, and then its record is closed.
    steps: rest.length > 0 ? rest : [closingStep(record)],
    warnings: [],
    notes: back ? returnNotes(back, returning) : [],
    owns: record,
    record: 'remove',
    alsoForgets: runsOn(host, record),
    summary: null,
    undoCommand: null,
    wayBack: [],
  };
}

/** Unfinished runs on a pool that goes; one that gave the VG devices is known to that record alone. */
function runsOn({ ownership }: Host, { name: removed, pool, files }: OwnershipRecord): OwnershipRecord[] {
  const poolName = pool ? dmName(pool.vg, pool.pool) : files?.poolName;
  return ownership.filter(
    ({ name, adds = [] }) =>
      adds.length === 0 && (name.endsWith(` of ${removed}`) || name.startsWith(`device ${poolName}/`)),
  );
}

/** What becomes of the pool. A disk that is not there may come back, and the pool with it. */
function fate(host: Host, { pool }: OwnershipRecord): { stays: boolean; end: string } {
  if (pool !== null && staysAfter(host, pool)) return { stays: true, end: STAYS };
  const isThere = pool === null || findVg(host, pool.vg) !== undefined;
  return { stays: false, end: isThere ? 'is gone.' : `is not there: LVM has no VG ${pool.vg}.` };
}

/** What it is about, and how it ends. */
function words(
  { pool, files, name }: OwnershipRecord,
  engine: string | null,
  { stays, end }: ReturnType<typeof fate>,
): Pick<Plan, 'subject' | 'endings'> {
  const what = pool || files ? `thin pool ${name}` : 'loop-lvm';
  const atFirst = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  const subject = engine === null ? atFirst : `${engine} is as it was before, and ${what}`;
  return {
    subject: stays ? `${engine} leaves ${what}, which stays` : `${atFirst} is taken back`,
    endings: { done: `${subject} ${end}`, nothingToDo: NOTHING_HERE },
  };
}

const NOTHING_HERE = 'There is nothing of dmtool here: nothing to do, nothing changed.';

/** No engine is to wait for a pool that it does not use any more. */
function bootRemoval(host: Host, record: OwnershipRecord): Step[] {
  const boot = bootUnitOf(host, record);
  return boot ? bootRemovalSteps(host, boot).map((each) => ({ ...each, final: 'begun' as const })) : [];
}

function bootUnitOf({ docker }: Host, { pool, files, docker: was, containerd }: OwnershipRecord): BootUnit | null {
  const services = [CONTAINERD_SERVICE, ...(was ? [DOCKER_SERVICE] : [])];
  // What it would hold does not matter here: its files' names do.
  if (files) return filesBootUnit(filesPool({ dataSizeBytes: bytes(0n) }), services);
  if (pool === null) return null;
  if (containerd) return bootUnit(pool.vg, pool.pool, services);
  return was && docker && dockerBootUnit(docker, pool.vg, pool.pool);
}

const STAYS = 'stays, with what was made on it: dmtool adopted it, and did not make it.';

function closingStep({ pool }: OwnershipRecord): Step {
  const gone = pool ? not({ is: 'thin-pool', vg: pool.vg, pool: pool.pool }) : all();
  return lookStep('See that nothing of it is left', gone);
}

const nothing = (host: Host, { vg, pool, loop }: TeardownIntent): Plan => ({
  subject: 'Nothing',
  steps: [],
  warnings: [],
  notes: [],
  owns: { name: loop ? 'loop-lvm' : `${vg}/${pool}`, pool: null, docker: null },
  record: 'forget',
  summary: null,
  endings: { done: '', nothingToDo: nothingSuch(host, { vg, pool, loop }) },
  undoCommand: null,
  wayBack: [],
});

/** What is here is told where a name, or a flag, fits none of it. */
function nothingSuch(host: Host, intent: TeardownIntent): string {
  const others = findRecords(host).map(({ name }) => name);
  if (others.length === 0) return NOTHING_HERE;
  return `There is no ${whatWasAsked(intent)} of dmtool here, only ${others.join(', ')}: nothing to do, nothing changed.`;
}

function whatWasAsked({ vg, pool, loop }: TeardownIntent): string {
  if (loop) return 'pool on files';
  if (pool === null) return `VG ${vg}`;
  return `thin pool ${pool.includes('/') || vg === null ? pool : `${vg}/${pool}`}`;
}

function returnNotes({ docker, was, former, config }: Return, steps: readonly Step[]): Note[] {
  if (steps.length === 0) return [];
  const running = runningContainers(docker);
  const parsed = config === null ? null : parseDaemonJson(config);
  const driver = parsed && 'settings' in parsed ? parsed.settings['storage-driver'] : undefined;
  return [
    {
      heading: `Docker ${docker.version} goes back to where it was`,
      lines: [
        ...(isDockerUp(docker) && running.length > 0 ? [`containers that stop for good: ${running.join(', ')}`] : []),
        former ? `its data come back from ${former.backup}` : 'it had no data before, or they were cleaned up',
        `storage driver: ${typeof driver === 'string' ? driver : "Docker's own choice"}`,
        ...(former && was.containers.length > 0 ? [`started again: ${was.containers.join(', ')}`] : []),
        ...(was.services.length === 0 ? ['it stays stopped, as it was'] : []),
      ],
    },
  ];
}
