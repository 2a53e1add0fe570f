import type { Argv } from './argv.ts';
import { UnreadableOutput } from './unreadable.ts';

/** containerd(8): its version. */
export const containerdVersion = (): Argv => ['containerd', '--version'];

/** containerd(8): what the files come to that begin with this one. */
export const configDump = (path: string): Argv => ['containerd', '--config', path, 'config', 'dump'];

/** containerd(8): its own settings, on which it starts where there is no file. To dump a file that is not there fails. */
export const configDefault = (): Argv => ['containerd', 'config', 'default'];

const ctr = (address: string, ...words: string[]): Argv => ['ctr', '--address', address, ...words];

/** ctr(8): all plugins, with what became of them. */
export const pluginList = (address: string): Argv => ctr(address, 'plugins', 'ls');

/** ctr(8): the namespaces, one a line. */
export const namespaceList = (address: string): Argv => ctr(address, 'namespaces', 'ls', '--quiet');

/** ctr(8): names of a namespace's images, one a line. */
export const imageList = (address: string, namespace: string): Argv =>
  ctr(address, '--namespace', namespace, 'images', 'ls', '--quiet');

/** ctr(8): removes images, and waits until nothing is left of them. */
export const imageRemove = (address: string, namespace: string, names: readonly string[]): Argv =>
  ctr(address, '--namespace', namespace, 'images', 'rm', '--sync', '--', ...names);

/** ctr(8): removes leases, by which their owner kept containerd from clearing away what it uses. */
export const leaseRemove = (address: string, namespace: string, ids: readonly string[]): Argv =>
  ctr(address, '--namespace', namespace, 'leases', 'rm', '--', ...ids);

/** ctr(8): the devmapper snapshotter's snapshots in a namespace. */
export const snapshotList = (address: string, namespace: string): Argv =>
  ctr(address, '--namespace', namespace, 'snapshots', '--snapshotter', 'devmapper', 'ls');

/** ctr(8): removes them in that order: one that others are made from goes after these. */
export const snapshotRemove = (address: string, namespace: string, keys: readonly string[]): Argv =>
  ctr(address, '--namespace', namespace, 'snapshots', '--snapshotter', 'devmapper', 'rm', '--', ...keys);

/**
 * Reads `containerd --version`: `containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u3`.
 * @returns the version, without the v that some builds have before it
 * @throws UnreadableOutput
 */
export function parseContainerdVersion(text: string): string {
  const version = /^containerd \S+ v?(\d+\.\d\S*)/m.exec(text)?.[1];
  if (version === undefined) throw new UnreadableOutput('containerd --version', 'no version', text);
  return version;
}

/** No blank, nothing that a terminal obeys, and no hyphen before it: a name becomes a word of the next command. */
const NAME = /^[!-,.-~][!-~]*$/;

/**
 * Reads `ctr namespaces ls --quiet` and `ctr images ls --quiet`: a name a line.
 * @throws UnreadableOutput
 */
export function parseNames(of: 'namespaces' | 'images', text: string): string[] {
  const names = text.split('\n').filter((line) => line !== '');
  const odd = names.find((name) => !NAME.test(name));
  if (odd !== undefined) throw new UnreadableOutput(`ctr ${of} ls`, 'no name', odd);
  return names;
}

/**
 * Reads `ctr plugins ls`, lines `TYPE ID PLATFORMS STATUS`: what became of the devmapper snapshotter.
 * @returns null: it is not in the list
 * @throws UnreadableOutput when it is no such list
 */
export function parsePluginStatus(text: string): string | null {
  if (!/^TYPE\s+ID\s+PLATFORMS\s+STATUS\s*$/m.test(text)) {
    throw new UnreadableOutput('ctr plugins ls', 'no list of plugins', text);
  }
  return /^io\.containerd\.snapshotter\.v1\s+devmapper\s.*?(\S+)\s*$/m.exec(text)?.[1] ?? null;
}

/**
 * Reads `ctr snapshots ls`, lines `KEY PARENT KIND`, where the parent may be missing; KIND is Active, View or Committed.
 * @returns them, children before their parents
 * @throws UnreadableOutput
 */
export function parseSnapshots(text: string): { key: string; isActive: boolean }[] {
  const [head = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  if (!/^KEY\s+PARENT\s+KIND\s*$/.test(head)) throw new UnreadableOutput('ctr snapshots ls', 'no list', text);
  const found = lines.map((line) => {
    const [, key, parent, kind] = /^(\S+)(?:\s+(\S+))?\s+(Active|View|Committed)\s*$/.exec(line) ?? [];
    if (key === undefined) throw new UnreadableOutput('ctr snapshots ls', 'no snapshot', line);
    return { key, parent, isActive: kind !== 'Committed' };
  });
  const depth = (key: string | undefined, steps = 0): number => {
    const snapshot = found.find((each) => each.key === key);
    return snapshot === undefined || steps > found.length ? 0 : 1 + depth(snapshot.parent, steps + 1);
  };
  return found
    .map(({ key, isActive }) => ({ key, isActive, depth: depth(key) }))
    .sort((one, other) => other.depth - one.depth)
    .map(({ key, isActive }) => ({ key, isActive }));
}
