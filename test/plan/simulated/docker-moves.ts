import type { Action, Place } from '../../../src/plan/step.ts';
import { refuse } from './common.ts';
import { isBare, rootOf, type Tree, treeAt, type World, withTree } from './docker-disk.ts';

/** Files that somebody has open, or runs from, are not moved. */
function refuseUse(world: World): void {
  if (world.daemon !== null) refuse('the daemon runs in it');
  if (world.isMountedOver) refuse('Device or resource busy');
  if (world.trees[rootOf(world)]?.containers?.some(({ running }) => running)) refuse('a container runs from it');
}

/** As src/host/data-root-moves.ts does it; cut: only the first half of it. */
export function moveAside(world: World, { root, backup, isMountPoint, later }: Place, cut = false): World {
  refuseUse(world);
  if (!isMountPoint) {
    const moved = world.trees[backup] ? world : rename(world, root, backup);
    return cut || moved.trees[root] ? moved : withTree(moved, root, {});
  }
  const partial = `${backup}.partial`;
  const begun = withTree(world, partial, world.trees[partial] ?? {});
  const moved = moveEntries(moveLater(begun, root, partial, later), root, partial, cut);
  return cut ? moved : rename(moved, partial, backup);
}

export function moveBack(world: World, { root, backup, isMountPoint, later }: Place, cut = false): World {
  refuseUse(world);
  if (!isMountPoint) {
    if (!isBare(world.trees[root])) refuse(`rmdir: ${root}: Directory not empty`);
    const cleared = withTree(world, root, undefined);
    return cut ? cleared : rename(cleared, backup, root);
  }
  const partial = `${backup}.partial`;
  const begun = world.trees[backup] ? rename(world, backup, partial) : world;
  const moved = moveEntries(moveLater(begun, root, partial, later), partial, root, cut);
  return cut ? moved : withTree(moved, partial, undefined);
}

function rename(world: World, from: string, to: string): World {
  if (world.trees[to]) refuse(`${to} is there already`);
  return withTree(withTree(world, from, undefined), to, treeAt(world, from));
}

function moveLater(world: World, root: string, other: string, later: string | undefined): World {
  const names = Object.keys(treeAt(world, root)).filter((name) => name in treeAt(world, other));
  if (later === undefined || names.length === 0) return world;
  const parts = Object.entries(treeAt(world, root));
  const pick = (wanted: boolean): Tree => Object.fromEntries(parts.filter(([name]) => names.includes(name) === wanted));
  return withTree(withTree(world, root, pick(false)), later, { ...world.trees[later], ...pick(true) });
}

function moveEntries(world: World, from: string, to: string, cut: boolean): World {
  const source = treeAt(world, from);
  const target = treeAt(world, to);
  const names = Object.keys(source).toSorted() as (keyof Tree)[];
  const going = cut ? names.slice(0, Math.ceil(names.length / 2)) : names;
  for (const name of going) if (name in target) refuse(`rename: ${to}/${name}: Directory not empty`);
  const pick = (wanted: boolean): Tree =>
    Object.fromEntries(Object.entries(source).filter(([name]) => going.includes(name as keyof Tree) === wanted));
  return withTree(withTree(world, from, pick(false)), to, { ...target, ...pick(true) });
}

/** The volumes from one data root to another, or a whole data root under another name. */
export function move(world: World, { from, to }: Extract<Action, { kind: 'move' }>): World {
  if (!from.endsWith('/volumes')) return rename(world, from, to);
  refuseUse(world);
  const [source, target] = [from, to].map((path) => path.slice(0, -'/volumes'.length)) as [string, string];
  const { volumes, ...rest } = treeAt(world, source);
  if (volumes === undefined) refuse(`${from}: No such file or directory`);
  const into = world.trees[target] ?? {};
  if (into.volumes !== undefined) refuse(`${to} is there already`);
  const taken = withTree(world, source, rest);
  return withTree(taken, target, { ...into, ...(volumes ? { volumes } : {}) });
}

/** find … -exec rm …: what was set aside in a mount point stays. */
export function find(world: World, [path = '']: readonly string[]): World {
  refuseUse(world);
  treeAt(world, path);
  return withTree(world, path, {});
}

/** rm -rf --one-file-system -- PATH…: copies of the data root, or what a driver keeps in it. */
export function rm(world: World, words: readonly string[]): World {
  const path = words.at(-1) as string;
  if (words.includes(`${rootOf(world)}/devicemapper`)) {
    refuseUse(world);
    const { devicemapper, image, ...rest } = treeAt(world, rootOf(world));
    return withTree(world, rootOf(world), rest);
  }
  if (path === rootOf(world)) refuse('nobody removes the data root itself');
  return withTree(world, path, undefined);
}
