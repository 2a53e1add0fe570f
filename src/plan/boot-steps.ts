import type { DockerFacts } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import { fileContent } from '../model/host.ts';
import { type BootUnit, bootUnit, systemctlReload, type UnitFile } from '../tools/boot-unit.ts';
import { all, type Condition, holds, not } from './condition.ts';
import { exec, step } from './make-step.ts';
import type { Action, Step } from './step.ts';

const MODE = 0o644;

/** What is to make Docker wait for a pool at boot; null: its init script does not ask systemd. */
export const dockerBootUnit = ({ manager }: DockerFacts, vg: string, pool: string): BootUnit | null =>
  manager === 'systemd' ? bootUnit(vg, pool, 'docker.service') : null;

const waits = (unit: BootUnit): Condition => ({ is: 'docker-waits-for', unit: unit.name });
const isThere = ({ path, content }: UnitFile): Condition => ({ is: 'file-is', path, content });

/** Steps that have Docker wait for its pool at boot, as far as it does not yet; a Docker that runs is not touched. */
export function bootSteps(host: Host, boot: BootUnit): Step[] {
  const reload: Action = exec(systemctlReload());
  const { unit, dropIn, name } = boot;
  // What stood there before comes back; systemd reads again when all of it is as it was.
  const back = (file: UnitFile): Action => {
    const before = fileContent(host, file.path);
    return before === null
      ? { kind: 'remove-file', path: file.path }
      : { kind: 'write-file', path: file.path, content: before, mode: MODE };
  };
  const steps = [
    step({
      id: 'boot-unit',
      title: `Write ${unit.path}, which activates the pool at boot`,
      do: { kind: 'write-file', ...unit, mode: MODE },
      undo: [{ when: isThere(unit), do: back(unit) }],
      done: isThere(unit),
    }),
    step({
      id: 'boot-order',
      title: `Write ${dropIn.path}, so that Docker waits for it`,
      do: { kind: 'write-file', ...dropIn, mode: MODE },
      undo: [{ when: isThere(dropIn), do: back(dropIn) }],
      done: isThere(dropIn),
    }),
    step({ id: 'boot-reload', title: `Have systemd know ${name}`, do: reload, done: waits(boot) }),
  ];
  const [first, ...others] = steps.filter(({ done }) => !holds(done, host));
  if (first === undefined) return [];
  // Undone last: whichever of the steps is the first, systemd is not left with what the run told it.
  return [{ ...first, undo: [...first.undo, { when: waits(boot), do: reload }] }, ...others];
}

/** Steps that take it back, once Docker runs without the pool. */
export function bootRemovalSteps(host: Host, boot: BootUnit): Step[] {
  const files = [boot.dropIn, boot.unit];
  const gone = ({ path }: UnitFile): Condition => not({ is: 'file-present', path });
  const removals = files.map((file) =>
    step({
      id: `remove:${file.path}`,
      title: `Remove ${file.path}`,
      do: { kind: 'remove-file', path: file.path },
      done: gone(file),
    }),
  );
  const forget = step({
    id: 'boot-reload',
    title: `Have systemd forget ${boot.name}`,
    do: exec(systemctlReload()),
    done: all(...files.map(gone), not(waits(boot))),
    expect: [not(waits(boot))],
  });
  return [...removals, forget].filter(({ done }) => !holds(done, host));
}

/** The same by hand. */
export const bootWayBack = ({ dropIn, unit }: BootUnit): Action[] => [
  { kind: 'remove-file', path: dropIn.path },
  { kind: 'remove-file', path: unit.path },
  exec(systemctlReload()),
];
