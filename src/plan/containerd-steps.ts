import { CONTAINERD_SERVICE } from '../model/containerd.ts';
import type { Host } from '../model/host.ts';
import { removeTree } from '../tools/file-commands.ts';
import { all, type Condition, holds, not } from './condition.ts';
import { configFileSteps } from './config-file-steps.ts';
import { type ContainerdSite, isContainerdAsWanted } from './containerd-site.ts';
import { exec, lookStep, step } from './make-step.ts';
import type { Action, Step, Undo } from './step.ts';

const RUNS: Condition = { is: 'containerd-runs' };

/** Reading files back takes no time. */
const CHECK_DEADLINE_MS = 1000;

/** systemd's: no package brings an init script. */
export const containerdService = (verb: 'restart' | 'stop'): Action => ({
  kind: 'service',
  verb,
  manager: 'systemd',
  names: [CONTAINERD_SERVICE],
});

/** Steps that put containerd's devmapper snapshotter on the pool; none when it runs on it already. */
export function containerdSteps(host: Host, site: ContainerdSite, startDeadlineMs: number): Step[] {
  const { containerd, text, owns, configured, expect, isUnfinished } = site;
  if (isContainerdAsWanted(host, site))
    return isUnfinished ? [lookStep('See that the snapshotter runs on the pool', expect)] : [];
  const files = configFileSteps(
    { keep: 'keep-config-toml', write: 'config-toml' },
    containerd.config,
    text as string,
    owns.config,
  ).filter(({ done }) => !holds(done, host));
  const check = step({
    id: 'check-config-toml',
    title: 'Have containerd read its settings back: those that are wanted, and all others as before',
    do: { kind: 'await', condition: configured, deadlineMs: CHECK_DEADLINE_MS },
    done: configured,
  });
  const restart = step({
    id: 'restart-containerd',
    title: `${owns.ran ? 'Restart' : 'Start'} containerd; containers run on`,
    do: containerdService('restart'),
    done: expect,
    expect: [],
  });
  const answer = step({
    id: 'await-snapshotter',
    title: 'Wait until the devmapper snapshotter is ready',
    do: { kind: 'await', condition: { is: 'snapshotter', state: 'ok' }, deadlineMs: startDeadlineMs },
    done: expect,
  });
  const [first = check, ...others] = [...files, check, restart, answer];
  // Undone last: only then are the settings as they were, whichever of the steps is the first.
  return [{ ...first, undo: [...first.undo, ...returnUndo(site)] }, ...others];
}

/** containerd as it was, on its former settings. */
function returnUndo({ containerd, owns }: ContainerdSite): Undo[] {
  const before: Condition = { is: 'snapshotter', state: containerd.plugin };
  const gone = not({ is: 'file-is', path: owns.config.path, content: owns.config.written });
  const back: Undo = owns.ran
    ? { when: not(all(RUNS, before)), needs: gone, do: containerdService('restart') }
    : { when: RUNS, needs: gone, do: containerdService('stop') };
  return [back, ...(owns.root.isOurs ? [rootUndo(owns.root.path, gone)] : [])];
}

/** What the snapshotter wrote would tell it of a pool that is gone. */
const rootUndo = (path: string, needs: Condition): Undo => ({
  when: { is: 'snapshotter-root', path },
  needs,
  do: exec(removeTree(path)),
});

/** The same by hand: the settings as they were, containerd on them, and what it wrote for the pool removed. */
export function containerdWayBack({ owns }: ContainerdSite): Action[] {
  const { path, before, backup, mode, owner } = owns.config;
  return [
    before === null ? { kind: 'remove-file', path } : { kind: 'write-file', path, content: before, mode, owner },
    ...(backup === null ? [] : [{ kind: 'remove-file', path: backup } satisfies Action]),
    containerdService(owns.ran ? 'restart' : 'stop'),
    ...(owns.root.isOurs ? [exec(removeTree(owns.root.path))] : []),
  ];
}
