import type { Action, Place, Plan } from '../plan/step.ts';
import { configDump } from '../tools/containerd.ts';
import { loadTable, resumeDevice } from '../tools/dmsetup.ts';
import { moveEntries } from '../tools/file-commands.ts';
import { serviceCommands } from '../tools/service.ts';
import { shellComment, shellLine, shellWord } from '../tools/shell-line.ts';
import { shellIfNeeded, shellRepair } from './script-repair.ts';
import { shellTransfer } from './script-transfer.ts';

export { shellIfNeeded, shellLine, shellWord };

/** What an action is, typed into a shell. */
export function shellAction(action: Action): string {
  switch (action.kind) {
    case 'exec':
      return shellLine(action.argv);
    case 'write-file':
      return shellWrite(action);
    case 'remove-file':
      return [
        shellLine(['rm', '--', action.path]),
        ...(action.prunes ? [shellLine(['rmdir', '--ignore-fail-on-non-empty', '--', dirname(action.path)])] : []),
      ].join('\n');
    case 'move':
      return shellLine(['mv', '--no-target-directory', '--', action.from, action.to]);
    case 'set-aside':
    case 'bring-back':
      return shellMove(action);
    case 'service':
      return serviceCommands(action.manager, action.verb, action.names)
        .map(({ argv, mayFail }) => `${shellLine(argv)}${mayFail ? ' || :' : ''}`)
        .join('\n');
    case 'await':
      return shellAwait(action);
    case 'release-root':
      // A filesystem of its own is mounted there in any case: what may lie over it is not to be told from it in a line.
      return action.isMountPoint
        ? ':'
        : `! mountpoint -q -- ${shellWord(action.root)} || umount -- ${shellWord(action.root)}`;
    case 'reload-table':
      return shellReload(action);
    case 'save-images':
    case 'list-containers':
    case 'load-images':
    case 'remove-kept':
      return shellTransfer(action);
    case 'copy-metadata':
    case 'check-metadata':
    case 'mend-metadata':
    case 'check-mended':
    case 'forget-kept':
    case 'check-filesystems':
      return shellRepair(action);
    case 'empty-pool':
      return shellComment(
        `delete what is on ${action.poolName}: dmsetup message ${action.poolName} 0 'delete ID', for each ID in ${action.root}/devicemapper/metadata`,
      );
    case 'release-pool':
      return [
        `pool=$(dmsetup info --columns --noheadings --options major,minor --separator : -- ${shellWord(action.poolName)})`,
        `dmsetup table --target thin | awk -v pool="$pool" '$5 == pool { sub(/:$/, "", $1); print $1 }' |`,
        `  xargs --no-run-if-empty --max-args=1 dmsetup remove --retry --`,
      ].join('\n');
  }
}

/** Until the former table is back the pool may be suspended: nothing must come in between. */
const shellReload = ({ poolName, table, formerTable }: Extract<Action, { kind: 'reload-table' }>): string =>
  [
    shellLine(loadTable(poolName, table)),
    `${shellLine(resumeDevice(poolName))} || {`,
    ...[formerTable, table].map((each, index) => {
      const back = `${shellLine(loadTable(poolName, each))} && ${shellLine(resumeDevice(poolName))}`;
      return index === 0 ? `  { ${back}; } ||` : `  { ${back}; }`;
    }),
    '  exit 1',
    '}',
  ].join('\n');

function shellWrite({ path, content, mode, owner }: Extract<Action, { kind: 'write-file' }>): string {
  const file = shellWord(path);
  // A here document ends every text with a line end, and at a line of its own name.
  const isPlain = (content === '' || content.endsWith('\n')) && !/^END$/m.test(content);
  return [
    `mkdir -p -- ${shellWord(dirname(path))}`,
    // Nobody else may read it meanwhile.
    isPlain
      ? `(umask 077; cat > ${file}) <<'END'\n${content}END`
      : `(umask 077; printf '%s' ${shellWord(content)} > ${file})`,
    `chmod ${mode.toString(8)} -- ${file}`,
    ...(owner && owner.uid + owner.gid > 0 ? [`chown ${owner.uid}:${owner.gid} -- ${file}`] : []),
  ].join('\n');
}

/** By hand only the engines are waited for, and their settings read back: what is mounted shows in the move that follows. */
function shellAwait({ condition, deadlineMs }: Extract<Action, { kind: 'await' }>): string {
  const until = (check: string): string => `timeout ${deadlineMs / 1000} sh -c 'until ${check}; do sleep 1; done'`;
  switch (condition.is) {
    case 'docker-answers':
      return until('docker info >/dev/null');
    case 'snapshotter':
      return until('ctr plugins ls | grep -q "devmapper .* ok"');
    case 'containerd-config':
      return `${shellLine(configDump(condition.path))} >/dev/null`;
    default:
      return ':';
  }
}

/** A whole directory is renamed; out of a mount point, and back, its entries go one by one. */
function shellMove({ kind, root, backup, isMountPoint }: Extract<Action, Place>): string {
  const [from, to] = kind === 'set-aside' ? [root, backup] : [backup, root];
  if (!isMountPoint) {
    const clear = kind === 'bring-back' ? [shellLine(['rmdir', '--', to])] : [];
    const again = kind === 'set-aside' ? [shellLine(['mkdir', '--mode=710', '--', from])] : [];
    return [...clear, shellLine(['mv', '--no-target-directory', '--', from, to]), ...again].join('\n');
  }
  const make = kind === 'set-aside' ? [shellLine(['mkdir', '--mode=700', '--', to])] : [];
  const drop = kind === 'bring-back' ? [shellLine(['rmdir', '--', from])] : [];
  return [...make, shellLine(moveEntries(from, to)), ...drop].join('\n');
}

const dirname = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** The plan as a shell script that does the same when a person runs it: one step after the other, stop at a failure. */
export function renderScript(plan: Plan): string {
  const comments = plan.warnings.map((warning) => shellComment(`Warning: ${warning}`));
  const steps = plan.steps.map(({ title, destroys, done, isApart, do: action }) =>
    [
      shellComment(title),
      ...(destroys === null ? [] : [shellComment(`Takes or destroys: ${destroys}`)]),
      shellIfNeeded(
        done,
        `${shellAction(action)}${isApart ? ` || { echo ${shellWord(`${title}: failed`)} >&2; left=4; }` : ''}`,
      ),
    ].join('\n'),
  );
  // A shell of its own, so that the first failure ends it, and not the shell that it is pasted into.
  const undo = ['(set -e', ...plan.wayBack.map(shellAction), ')'].join('\n').replaceAll(/^/gm, '#   ');
  const ending = plan.steps.some(({ isApart }) => isApart) ? ['exit $left', ''] : [];
  const wayBack = plan.wayBack.length === 0 ? [] : ['# To undo all of it:', undo, ''];
  return [
    '#!/bin/sh',
    ...comments,
    'set -eu',
    'export LC_ALL=C',
    ...(ending.length > 0 ? ['left=0'] : []),
    '',
    plan.steps.length === 0 ? shellComment(plan.endings.nothingToDo) : steps.join('\n\n'),
    '',
    ...ending,
    ...wayBack,
  ].join('\n');
}
