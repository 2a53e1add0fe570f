import test from 'ava';
import { mergeDaemonJson } from '../../src/engines/docker/daemon-json.ts';
import type { DataRoot, DockerFacts, DockerInfo, SettingsFile } from '../../src/model/docker.ts';
import { refuseDocker } from '../../src/plan/docker-refusals.ts';
import type { Refusal } from '../../src/plan/refusal.ts';
import { planSetupWithDocker } from '../../src/plan/setup-docker.ts';
import { planLoopSetup } from '../../src/plan/setup-loop.ts';
import { DOCKER_PROGRAMS } from '../../src/tools/programs.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import { dockerFacts, dockerWish, usedTree, withDocker } from './docker-hosts.ts';
import { blankHost, disk, kernelPool, wish } from './hosts.ts';

const codes = (refusals: readonly Refusal[]): string[] => refusals.map(({ code }) => code);
const refuse = (facts: Partial<DockerFacts> = {}, programs = DOCKER_PROGRAMS): Refusal[] =>
  refuseDocker(dockerFacts(facts), programs);

test('Docker as Debian installs it is refused nothing', (t) => {
  t.deepEqual(refuse(), []);
});

test('where there is no Docker, the pool alone can still be had', (t) => {
  const [refusal] = refuseDocker(null, DOCKER_PROGRAMS);
  t.like(refusal, { code: 'missing-program', subject: 'dockerd' });
  t.regex(refusal?.remedy ?? '', /docker\.io.*--engine none/);
});

test('each program that the steps need is asked for, by the service manager of this host', (t) => {
  const missing = (manager: DockerFacts['manager']) => refuse({ manager }, []).map(({ subject }) => subject);
  t.deepEqual(missing('systemd'), ['docker', 'systemctl', 'find', 'rm', 'umount']);
  t.deepEqual(missing('sysv'), ['docker', 'service', 'find', 'rm', 'umount']);
});

test('a Docker without the driver, by version or by build, is refused once', (t) => {
  const unfit = (version: string, devicemapper: boolean, udevSync: boolean) =>
    codes(refuse({ version, build: { devicemapper, udevSync } }));
  t.deepEqual(unfit('25.0.3', false, false), ['docker-too-new']);
  t.deepEqual(unfit('24.0.9', false, true), ['docker-unfit']);
  t.deepEqual(unfit('24.0.9', true, false), ['docker-unfit']);
  t.deepEqual(unfit('24.0.9', true, true), []);
});

test('a daemon.json that can not be read is refused with the place of the mistake', (t) => {
  const config = { ...dockerFacts().config, content: '{\n  "debug": tru\n}\n' };
  const [refusal] = refuse({ config });
  t.is(refusal?.code, 'config-malformed');
  t.regex(refusal?.subject ?? '', /^\/etc\/docker\/daemon\.json, line 2, column \d+$/);
  t.deepEqual(refuse({ config: { ...config, content: '{}' } }), []);
  const [loss] = refuse({ config: { ...config, content: '{\n  "labels": ["caf\ufffd"]\n}\n' } });
  t.like(loss, { code: 'config-malformed', subject: '/etc/docker/daemon.json, line 2, column 18' });
  t.regex(loss?.remedy ?? '', /UTF-8/);
});

test('a flag for what daemon.json is to say is refused with its place, and no other flag', (t) => {
  const unit = (words: string): SettingsFile => ({
    path: '/lib/systemd/system/docker.service',
    kind: 'unit',
    content: `[Service]\nExecStart=/usr/sbin/dockerd ${words}\n`,
  });
  const conflicts = refuse({ settings: [unit('--storage-driver overlay2 --storage-opt dm.fs=xfs --debug')] });
  t.deepEqual(codes(conflicts), ['option-conflict', 'option-conflict']);
  t.is(conflicts[0]?.subject, '/lib/systemd/system/docker.service');
  t.deepEqual(refuse({ settings: [unit('-H fd:// --live-restore')] }), []);
});

const host = blankHost([disk('/dev/sdb', 10n * GIB)]);
const used = withDocker(host, { tree: usedTree({ containers: [] }) });
/** What stands against a setup on that Docker. */
function against(facts: Partial<DataRoot>, info?: Partial<DockerInfo>, rest: Partial<typeof used> = {}): Refusal[] {
  const { docker } = used;
  const changed: DockerFacts = {
    ...docker,
    dataRoot: { ...docker.dataRoot, ...facts },
    info: docker.info && { ...docker.info, ...info },
  };
  const planned = planSetupWithDocker({ ...used, docker: changed, ...rest }, wish(), dockerWish());
  return planned.kind === 'refused' ? [...planned.refusals] : [];
}

test('a data root that lives on another pool is not moved away from it', (t) => {
  const drivers = ['devicemapper'];
  const [refusal] = against({ drivers }, { driver: 'devicemapper', driverStatus: { 'Pool Name': 'other-pool' } });
  t.like(refusal, { code: 'data-root-foreign', subject: '/var/lib/docker' });
  t.regex(refusal?.reason ?? '', /other-pool/);
  t.deepEqual(against({ drivers, hasLoopFiles: true }, { driverStatus: { 'Pool Name': 'docker-8:1-123-pool' } }), []);
  t.deepEqual(against({ drivers }), []);
  t.deepEqual(against({ drivers }, { driverStatus: { 'Pool Name': 'docker-thinpool' } }), []);
});

test('the pool that daemon.json names counts while Docker is stopped, and for loop-lvm as well', (t) => {
  const option = [{ name: 'dm.thinpooldev', value: '/dev/mapper/a-b' }];
  const config = { ...used.docker.config, content: mergeDaemonJson(null, option).text };
  const docker = {
    ...used.docker,
    config,
    info: null,
    services: used.docker.services.map((service) => ({ ...service, state: 'stopped' as const })),
    dataRoot: { ...used.docker.dataRoot, drivers: ['devicemapper'] },
  };
  const sizes = { dataSizeBytes: bytes(GIB), metadataSizeBytes: bytes(GIB) };
  const planned = planLoopSetup({ ...used, docker }, sizes, dockerWish());
  t.deepEqual(planned.kind === 'refused' && codes(planned.refusals), ['data-root-foreign']);
});

test('a pool with blocks in use that no data root knows is refused', (t) => {
  const thinPools = [kernelPool('docker-thinpool')];
  const [refusal] = against({}, {}, { thinPools });
  t.like(refusal, { code: 'pool-used', subject: '/dev/mapper/docker-thinpool' });
  t.regex(refusal?.reason ?? '', /^100 blocks/);
  t.deepEqual(
    against({}, {}, { thinPools: [kernelPool('docker-thinpool', { status: { state: 'fail', text: '' } })] }),
    [],
  );
});

test('a member of a swarm is moved only when that was agreed to', (t) => {
  t.deepEqual(codes(against({ hasSwarm: true })), ['swarm-member']);
  t.deepEqual(codes(against({}, { swarm: true })), ['swarm-member']);
  const planned = planSetupWithDocker(
    withDocker(host, { tree: usedTree({ swarm: true }) }),
    wish(),
    dockerWish({ setSwarmAside: true }),
  );
  t.is(planned.kind, 'ready');
});

test('what is mounted below a data root keeps it from being moved, with the remedy that fits', (t) => {
  const mounts = ['/var/lib/docker/volumes/big', '/var/lib/docker/x'];
  const running = against({ mounts });
  t.deepEqual(
    running.map(({ subject }) => subject),
    mounts,
  );
  t.regex(running[0]?.remedy ?? '', /fstab/);
  const services = used.docker.services.map(({ name }) => ({ name, state: 'stopped' as const }));
  const docker = { ...used.docker, services, info: null, dataRoot: { ...used.docker.dataRoot, mounts } };
  const planned = planSetupWithDocker({ ...used, docker }, wish(), dockerWish());
  t.regex((planned.kind === 'refused' && planned.refusals[0]?.remedy) || '', /start Docker and stop its containers/);
  t.deepEqual(against({ mounts, isEmpty: true, drivers: [] }), []);
});

test('what stands against the pool and what stands against Docker are told together', (t) => {
  const broken = {
    ...used,
    docker: { ...used.docker, version: '26.1' },
    devices: [disk('/dev/sdb', 10n * GIB, { readOnly: true })],
  };
  const planned = planSetupWithDocker(broken, wish(), dockerWish());
  t.deepEqual(planned.kind === 'refused' && codes(planned.refusals), ['device-read-only', 'missing-program']);
  const unfit = { ...used.docker, build: { devicemapper: false, udevSync: true } };
  const older = planSetupWithDocker({ ...broken, docker: unfit }, wish(), dockerWish());
  t.deepEqual(older.kind === 'refused' && codes(older.refusals), ['device-read-only', 'docker-unfit']);
});

test('who can not look is told that alone', (t) => {
  for (const blind of [
    planSetupWithDocker({ ...used, isRoot: false, docker: null }, wish(), dockerWish()),
    planLoopSetup(
      { ...used, isRoot: false, docker: null },
      { dataSizeBytes: bytes(GIB), metadataSizeBytes: bytes(GIB) },
      dockerWish(),
    ),
  ])
    t.deepEqual(blind.kind === 'refused' && codes(blind.refusals), ['not-root']);
});

test('loop-lvm is refused for the same reasons', (t) => {
  const sizes = { dataSizeBytes: bytes(GIB), metadataSizeBytes: bytes(GIB) };
  const refused = planLoopSetup({ ...used, thinPoolTarget: false, docker: null }, sizes, dockerWish());
  t.deepEqual(refused.kind === 'refused' && codes(refused.refusals), ['no-thin-pool-target', 'missing-program']);
});

test('of a host that nobody could look at nothing is said of Docker', (t) => {
  const planned = planSetupWithDocker({ ...used, isRoot: false, programs: [] }, wish(), dockerWish());
  t.true(planned.kind === 'refused' && planned.refusals.every(({ subject }) => subject !== 'docker'));
  t.is(planned.kind === 'refused' && planned.refusals[0]?.code, 'not-root');
});
