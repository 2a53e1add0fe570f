import type { Host } from '../model/host.ts';
import type { OwnershipRecord } from '../model/ownership.ts';
import { removeTree } from '../tools/file-commands.ts';
import { holds, not } from './condition.ts';
import { hasLooked, refusePrograms, refuseUser } from './host-refusals.ts';
import { exec, step } from './make-step.ts';
import type { Refusal } from './refusal.ts';
import type { Plan, Planned, Step } from './step.ts';

/**
 * Plans the removal of what setup set aside, once nobody wants it back: renamed first, so that a removal that is cut off
 * is never taken for data that can be brought back.
 */
export function planCleanup(host: Host): Planned {
  if (!hasLooked(host)) return { kind: 'refused', refusals: [...refuseUser(host), ...refusePrograms(host)] };
  const found = host.installed.flatMap((record) => leftBy(host, record));
  const refusals = [...found.flatMap(refuseUse), ...(found.length > 0 ? host.ownership.flatMap(refuseUnfinished) : [])];
  if (refusals.length > 0) return { kind: 'refused', refusals };
  const steps = found.flatMap(({ path, isRenamed }) => removeSteps(path, isRenamed));
  return {
    kind: 'ready',
    plan: {
      subject: 'What setup set aside is removed for good',
      steps: steps.filter(({ done, id }) => !holds(done, host) || id.startsWith('remove:')),
      warnings: [],
      notes: [],
      owns: { name: 'cleanup', pool: null, docker: null },
      record: 'keep',
      // From now on a copy of that name is somebody else's.
      keeps: host.installed.map(withoutBackup),
      summary: null,
      endings: {
        done: 'What setup had set aside is gone. dmtool teardown still works; Docker then begins without data.',
        nothingToDo: 'Nothing lies aside: nothing to do, nothing changed.',
      },
      undoCommand: null,
      wayBack: [],
    } satisfies Plan,
  };
}

interface Left {
  /** Its name before it was renamed for removal. */
  path: string;
  isRenamed: boolean;
  uses: readonly string[];
}

function leftBy({ docker }: Host, record: OwnershipRecord): Left[] {
  const path = record.docker?.dataRoot.backup ?? null;
  if (path === null) return [];
  return (docker?.dataRoot.backups ?? [])
    .filter((backup) => backup.path === path || backup.path === `${path}.removing`)
    .map(({ path: name, uses }) => ({ path, isRenamed: name !== path, uses }));
}

const withoutBackup = (record: OwnershipRecord): OwnershipRecord =>
  record.docker
    ? { ...record, docker: { ...record.docker, dataRoot: { ...record.docker.dataRoot, backup: null } } }
    : record;

/** A run that was cut off may have put there what it wants back, volumes in use among them. */
const refuseUnfinished = ({ name, docker }: OwnershipRecord): Refusal[] =>
  docker === null
    ? []
    : [
        {
          code: 'unfinished',
          subject: name,
          reason: 'a setup or teardown of it was cut off, and may want what lies aside',
          remedy: 'run that command again first',
        },
      ];

const refuseUse = ({ path, uses }: Left): Refusal[] =>
  uses.map((use) => ({
    code: 'in-use',
    subject: path,
    reason: use,
    remedy: 'release it first; nothing was removed',
  }));

function removeSteps(path: string, isRenamed: boolean): Step[] {
  const removing = `${path}.removing`;
  const rename = step({
    id: `rename:${path}`,
    title: `Rename ${path} for its removal`,
    do: { kind: 'move', from: path, to: removing },
    undo: [{ when: { is: 'set-aside', backup: removing }, do: { kind: 'move', from: removing, to: path } }],
    done: not({ is: 'set-aside', backup: path }),
  });
  const remove = step({
    id: `remove:${path}`,
    title: `Remove ${removing}`,
    do: exec(removeTree(removing)),
    destroys: `${path}: the images, containers and volumes that Docker had before; dmtool teardown can't bring them back`,
    done: not({ is: 'set-aside', backup: removing }),
    final: 'begun',
  });
  return isRenamed ? [remove] : [rename, remove];
}
