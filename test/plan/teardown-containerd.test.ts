import test from 'ava';
import type { ContainerdFacts } from '../../src/model/containerd.ts';
import type { DockerFacts } from '../../src/model/docker.ts';
import type { Host } from '../../src/model/host.ts';
import type { Plan } from '../../src/plan/step.ts';
import { planTeardown } from '../../src/plan/teardown.ts';
import { withFacts } from './containerd-hosts.ts';
import { containerdPlan, DEBIAN_CONFIG, situateContainerd, situateStore, usualStore } from './containerd-situations.ts';
import { carryOut, PROFILE_HEAD, setupPlan, teardownPlan } from './docker-runs.ts';
import { unpack } from './simulated/containerd.ts';

const situation = situateContainerd({ on: 'disk', scene: { config: DEBIAN_CONFIG }, wish: {} });
const installed = carryOut(situation.host, containerdPlan(situation.host, situation));
const store = situateStore(usualStore());
const onStore = carryOut(store.host, setupPlan(store));

const refusals = (host: Host): string[] => {
  const planned = planTeardown(host, { vg: null, pool: null, loop: false }, PROFILE_HEAD);
  return planned.kind === 'refused' ? planned.refusals.map(({ code, reason }) => `${code}: ${reason}`) : [];
};
const ids = ({ steps }: Plan): string[] => steps.map(({ id }) => id);
const active = { namespace: 'default', key: 'web', isActive: true };
const layer = { namespace: 'default', key: 'layer', isActive: false };

test('what is unpacked goes while the snapshotter runs, then its settings, and then its directory', (t) => {
  const plan = teardownPlan(unpack(installed, layer, { ...layer, namespace: 'k8s.io' }));
  t.deepEqual(
    ids(plan).filter((id) => !id.startsWith('remove:')),
    [
      'boot-reload',
      'snapshots:default',
      'snapshots:k8s.io',
      'config-toml',
      'config-toml-copy',
      'return-containerd',
      'release-containerd',
      'snapshotter-root',
      'lvremove:thinpool',
      'vgremove',
      'pvremove:/dev/sdb',
      'zero:/dev/sdb',
      'profile',
    ],
  );
  t.true(plan.steps.every(({ final }) => final === 'begun'));
  t.is(plan.subject, 'Thin pool docker/thinpool is taken back');
  t.is(plan.endings.done, 'containerd is as it was before, and thin pool docker/thinpool is gone.');
});

test('a container that lives on the pool is its owner’s to remove, and Docker’s go with Docker', (t) => {
  t.deepEqual(refusals(unpack(installed, active, layer)), ['in-use: container web lives on the pool']);
  t.deepEqual(refusals(unpack(installed, { ...active, namespace: 'moby' })), [
    'in-use: container web lives on the pool',
  ]);
  const ofDocker = unpack(onStore, { ...active, namespace: 'moby' }, layer);
  t.deepEqual(refusals(ofDocker), []);
  t.deepEqual(refusals(unpack(onStore, { ...active, namespace: 'moby' }, active)), [
    'in-use: container web lives on the pool',
  ]);
  const destroyed = teardownPlan(ofDocker).steps.flatMap(({ destroys }) => destroys ?? []);
  t.true(destroyed.includes("what Docker's containers and images have written there"));
  t.true(destroyed.includes('unpacked layers in namespace default; the images stay, and can be unpacked again'));
  t.true(destroyed.includes('images docker.io/library/busybox:latest'));
});

test('a containerd that can not be asked or told is refused, and one without the snapshotter is not', (t) => {
  t.deepEqual(refusals(withFacts(installed, { service: null })).length, 1);
  t.deepEqual(refusals({ ...installed, containerd: null }), ['missing-program: containerd is not installed']);
  t.deepEqual(refusals(withFacts(installed, { plugin: null })), []);
});

test('a config.toml that was written anew is its owner’s, and one that is gone stays so', (t) => {
  const { config } = installed.containerd as ContainerdFacts;
  const [inline] = refusals(
    withFacts(installed, {
      config: {
        ...config,
        content: `version = 2\n[plugins]\n"io.containerd.snapshotter.v1.devmapper" = { pool_name = "docker-thinpool" }\n`,
      },
    }),
  );
  t.regex(inline ?? '', /^config-unfit: it was changed since/);
  const gone = teardownPlan(withFacts(installed, { config: { ...config, content: null } }));
  t.false(ids(gone).includes('config-toml'));
});

test('a daemon.json that is gone says no more that what lies there is of the pool', (t) => {
  const docker = onStore.docker as DockerFacts;
  // Set aside before, and brought back by somebody: it stays.
  const dataRoot = { ...docker.dataRoot, backups: [] };
  const config = { ...docker.config, content: null };
  const plan = teardownPlan({ ...onStore, docker: { ...docker, dataRoot, config } });
  t.false(ids(plan).includes('set-aside'));
  t.true(ids(teardownPlan({ ...onStore, docker: { ...docker, dataRoot } })).includes('set-aside'));
});

test('where there was no config.toml it is removed, and a containerd that did not run is stopped', (t) => {
  const bare = situateContainerd({ on: 'disk', scene: { up: 'stopped' }, wish: {} });
  const { steps } = teardownPlan(carryOut(bare.host, containerdPlan(bare.host, bare)));
  const titled = (id: string) => steps.find((step) => step.id === id);
  t.is(titled('config-toml')?.title, 'Remove /etc/containerd/config.toml');
  t.like(titled('return-containerd')?.do, { verb: 'stop' });
  t.regex(titled('return-containerd')?.title ?? '', /which did not run before/);
});
