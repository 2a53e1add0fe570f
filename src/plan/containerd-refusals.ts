import { configuredPool } from '../engines/docker/pool-of.ts';
import { CONTAINERD_SERVICE, type ContainerdFacts } from '../model/containerd.ts';
import type { Host } from '../model/host.ts';
import { parseToml } from '../tools/containerd-config.ts';
import { installRemedy } from '../tools/programs.ts';
import type { ContainerdSite } from './containerd-site.ts';
import { missingProgram } from './host-refusals.ts';
import type { Refusal } from './refusal.ts';

/** What stands against containerd itself, before anything is compared with what is wanted. */
export function refuseContainerd({ containerd, programs }: Host): Refusal[] {
  if (containerd === null) {
    const remedy = `${installRemedy('containerd')}; or --engine none for the pool alone`;
    return [{ code: 'missing-program', subject: 'containerd', reason: 'containerd is not installed', remedy }];
  }
  return [
    ...['ctr', 'rm'].filter((name) => !programs.includes(name)).map(missingProgram),
    ...refuseUnmanaged(containerd),
    ...refuseBuild(containerd),
    ...refuseConfig(containerd),
  ];
}

function refuseUnmanaged({ service }: ContainerdFacts): Refusal[] {
  if (service !== null) return [];
  const reason = 'systemd does not know it, and nobody else would start it again';
  const remedy = "install your distribution's package, on a host that systemd runs; or --engine none";
  return [{ code: 'containerd-unmanaged', subject: CONTAINERD_SERVICE, reason, remedy }];
}

/** Some are built without it (build tag no_devmapper), and config.toml may switch it off: then it is in no list. */
function refuseBuild({ version, service, effective, plugin }: ContainerdFacts): Refusal[] {
  if (service?.state !== 'running' || effective === null || plugin !== null) return [];
  const reason =
    'it has no devmapper snapshotter: it was built without, or disabled_plugins in its settings takes it out';
  const remedy = "take it out of disabled_plugins, or install your distribution's package; or --engine none";
  return [{ code: 'containerd-unfit', subject: `containerd ${version}`, reason, remedy }];
}

function refuseConfig({ config, configProblem }: ContainerdFacts): Refusal[] {
  const remedy = 'mend it by hand: containerd does not start on it either';
  if (configProblem !== null)
    return [{ code: 'config-malformed', subject: config.path, reason: configProblem, remedy }];
  const parsed = parseToml(config.content ?? '');
  if ('table' in parsed) return [];
  const subject = `${config.path}, line ${parsed.line}, column ${parsed.column}`;
  return [{ code: 'config-malformed', subject, reason: parsed.problem, remedy: 'mend it by hand' }];
}

/** What stands against moving containerd's snapshotter to the target. */
export const refuseSnapshotter = (host: Host, site: ContainerdSite): Refusal[] => [
  ...refuseForm(site),
  ...refuseFilesystem(host, site),
  ...refuseForeignRoot(site),
  ...refuseDockersPool(host, site),
  ...refuseUsedPool(host, site),
];

function refuseForm({ containerd, text }: ContainerdSite): Refusal[] {
  if (text !== null) return [];
  const reason = 'it sets the devmapper snapshotter in a form that can not be changed line by line';
  const remedy = 'write these settings as a table of their own, one a line, and try again';
  return [{ code: 'config-unfit', subject: containerd.config.path, reason, remedy }];
}

const refuseFilesystem = ({ programs }: Host, { settings }: ContainerdSite): Refusal[] =>
  [`mkfs.${settings['fs_type']}`].filter((name) => !programs.includes(name)).map(missingProgram);

/** Its metadata number the devices of one pool: on another they would be somebody else's, or not there. */
function refuseForeignRoot({ containerd, target }: ContainerdSite): Refusal[] {
  const { snapshotterRoot, effective, plugin } = containerd;
  const others = snapshotterRoot.poolNames.filter((name) => name !== target.poolName);
  const configured = effective?.snapshotter['pool_name'];
  const inUse = plugin === 'ok' && typeof configured === 'string' && configured !== target.poolName ? [configured] : [];
  const [other] = [...inUse, ...others];
  if (other === undefined) return [];
  const reason = `the snapshotter keeps the metadata of another pool there, ${other}`;
  const remedy =
    'dmtool teardown for that pool; or remove its snapshots, take it out of config.toml, and move the directory away';
  return [{ code: 'metadata-foreign', subject: snapshotterRoot.path, reason, remedy }];
}

/** Each would give out the other's numbers. */
function refuseDockersPool({ docker }: Host, { target }: ContainerdSite): Refusal[] {
  if (docker === null) return [];
  const pools = [configuredPool(docker.config, docker.settings), docker.info?.driverStatus['Pool Name']];
  if (!pools.includes(target.poolName)) return [];
  return [usedPool(target, 'Docker keeps its containers on it, and two engines can not share a pool')];
}

function refuseUsedPool({ thinPools }: Host, { target, isOnTarget, containerd }: ContainerdSite): Refusal[] {
  if (isOnTarget) return [];
  const status = thinPools.find(({ name }) => name === target.poolName)?.status;
  if (status?.state !== 'working' || status.usedDataBlocks === 0n) return [];
  const reason = `${status.usedDataBlocks} blocks of it are in use, and ${containerd.snapshotterRoot.path} does not know them`;
  return [usedPool(target, reason)];
}

const usedPool = ({ name }: ContainerdSite['target'], reason: string): Refusal => ({
  code: 'pool-used',
  subject: name,
  reason,
  remedy: 'choose another --pool, or dmtool teardown first',
});
