import { DOCKER_SERVICE, type DockerFacts } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import { fileContent } from '../model/host.ts';
import { type BootUnit, bootUnit, systemctlReload, type UnitFile } from '../tools/boot-unit.ts';
import { all, type Condition, holds, not } from './condition.ts';
import { exec, step } from './make-step.ts';
import type { Action, Step } from './step.ts';

const MODE = 0o644;

/** What is to make Docker wait for a pool at boot; null: its init script does not ask systemd. */
export const dockerBootUnit = ({ manager }: DockerFacts, vg: string, pool: string): BootUnit | null =>
  manager === 'systemd' ? bootUnit(vg, pool, [DOCKER_SERVICE]) : null;

/** Some engine of the unit's still waits for it, or all do. */
const waiting = ({ name, dropIns }: BootUnit): Condition[] =>
  dropIns.map(({ service }) => ({ is: 'service-waits-for', service, unit: name }));
const isThere = ({ path, content }: UnitFile): Condition => ({ is: 'file-is', path, content });

/** A directory of drop-ins goes with the last of them; the one of all units is systemd's. */
const removal = ({ path }: UnitFile): Action =>
  path.includes('.service.d/') ? { kind: 'remove-file', path, prunes: true } : { kind: 'remove-file', path };

/** Steps that have engines wait for their pool at boot, as far as they do not yet; one that runs is not touched. */
export function bootSteps(host: Host, boot: BootUnit): Step[] {
  const reload: Action = exec(systemctlReload());
  const { unit, dropIns, name } = boot;
  const wait = all(...waiting(boot));
  // What stood there before comes back; systemd reads again when all of it is as it was.
  const back = (file: UnitFile): Action => {
    const before = fileContent(host, file.path);
    return before === null ? removal(file) : { kind: 'write-file', path: file.path, content: before, mode: MODE };
  };
  const steps = [
    step({
      id: 'boot-unit',
      title: `Write ${unit.path}, which activates the pool at boot`,
      do: { kind: 'write-file', ...unit, mode: MODE },
      undo: [{ when: isThere(unit), do: back(unit) }],
      done: isThere(unit),
    }),
    ...dropIns.map(({ service, path, content }) =>
      step({
        id: `boot-order:${service}`,
        title: `Write ${path}, so that ${service} waits for it`,
        do: { kind: 'write-file', path, content, mode: MODE },
        undo: [{ when: isThere({ path, content }), do: back({ path, content }) }],
        done: isThere({ path, content }),
      }),
    ),
    step({
      id: 'boot-reload',
      title: `Have systemd know ${name}`,
      do: reload,
      done: all(wait, ...[unit, ...dropIns].map(isThere)),
    }),
  ];
  const [first, ...others] = steps.filter(({ done }) => !holds(done, host));
  if (first === undefined) return [];
  // Undone last: whichever of the steps is the first, systemd is not left with what the run told it.
  return [{ ...first, undo: [...first.undo, ...waiting(boot).map((when) => ({ when, do: reload }))] }, ...others];
}

/** Steps that take it back, once the engines run without the pool. */
export function bootRemovalSteps(host: Host, boot: BootUnit): Step[] {
  const files = [...boot.dropIns, boot.unit];
  const alone = waiting(boot).map(not);
  const gone = ({ path }: UnitFile): Condition => not({ is: 'file-present', path });
  const removals = files.map((file) =>
    step({
      id: `remove:${file.path}`,
      title: `Remove ${file.path}`,
      do: removal(file),
      done: gone(file),
    }),
  );
  const forget = step({
    id: 'boot-reload',
    title: `Have systemd forget ${boot.name}`,
    do: exec(systemctlReload()),
    done: all(...files.map(gone), ...alone),
    expect: alone,
  });
  return [...removals, forget].filter(({ done }) => !holds(done, host));
}

/** The same by hand. */
export const bootWayBack = ({ dropIns, unit }: BootUnit): Action[] => [
  ...[...dropIns, unit].map(removal),
  exec(systemctlReload()),
];
