import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import { holds } from '../../src/plan/condition.ts';
import { planDeviceMount } from '../../src/plan/device-mount.ts';
import type { Plan } from '../../src/plan/step.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import { recordedStore } from '../tools/docker-store.ts';
import {
  activeThin,
  codesOf,
  DIRECTORY,
  deviceHost,
  mountedOn,
  mountWish,
  ownThin,
  POOL,
  performDevice,
  playDevices,
  stepsOf,
} from './device-hosts.ts';
import { dockerFacts } from './docker-hosts.ts';
import { deepFreeze, kernelPool } from './hosts.ts';

const planFor = (host: Host, wish = mountWish()): Plan => {
  const planned = planDeviceMount(deepFreeze(host), wish);
  if (planned.kind === 'refused') throw new Error(JSON.stringify(planned.refusals));
  return planned.plan;
};
const command = (plan: Plan, index: number): string => {
  const action = plan.steps[index]?.do;
  return action?.kind === 'exec' ? action.argv.join(' ') : '';
};

test('a device is activated read-only and mounted without its journal', (t) => {
  const plan = planFor(deviceHost());
  t.is(
    command(plan, 0),
    `dmsetup create dmtool-${POOL}-7 --readonly --uuid DMTOOL-${POOL}-7 --table 0 20971520 thin /dev/mapper/${POOL} 7`,
  );
  t.is(command(plan, 1), `mount -t xfs -o ro,norecovery,nouuid,nosuid,nodev -- /dev/mapper/dmtool-${POOL}-7 /mnt`);
  t.deepEqual(plan.undoCommand, ['dmtool', 'device', 'unmount', '/mnt']);
  t.deepEqual(plan.warnings, []);
  t.is(plan.record, 'forget');
});

test('what is planned is seen afterwards, and then there is nothing to do', (t) => {
  const host = deviceHost();
  const { steps } = planFor(host);
  const after = playDevices(host, steps);
  for (const { expect, done } of steps) t.true([...expect, done].every((condition) => holds(condition, after)));
  t.deepEqual(stepsOf(planDeviceMount(after, mountWish())), []);
});

test('each step is taken back where it left something behind, and the host is as before', (t) => {
  const host = deviceHost();
  const { steps } = planFor(host);
  for (const count of [1, 2]) {
    let now = playDevices(host, steps.slice(0, count));
    for (const { undo } of steps.toReversed())
      for (const { when, do: action } of undo)
        if (holds(when, now) && action.kind === 'exec') now = performDevice(now, action.argv);
    t.deepEqual(now, host);
  }
});

test('a run that was cut off between the two steps is carried on', (t) => {
  const host = deviceHost({ active: [ownThin(7)] });
  t.deepEqual(
    stepsOf(planDeviceMount(host, mountWish())).map(({ id }) => id),
    ['mount:/mnt'],
  );
});

test("somebody else's device of the same name is not taken for dmtool's own", (t) => {
  const host = deviceHost({ active: [{ ...ownThin(7, DIRECTORY), own: null, mounts: [] }] });
  t.is(stepsOf(planDeviceMount(host, mountWish())).length, 2);
});

test('a device that Docker left active, but not mounted, is read from; it is not written to', (t) => {
  const host = deviceHost({ active: [activeThin(7)] });
  t.is(stepsOf(planDeviceMount(host, mountWish())).length, 2);
  t.deepEqual(codesOf(planDeviceMount(host, mountWish({ writable: true }))), ['in-use']);
});

test('to be written to, it is neither read-only nor without its journal, and only while Docker is stopped', (t) => {
  const wish = mountWish({ writable: true, filesystem: 'ext4' });
  for (const docker of [null, dockerFacts()]) {
    const plan = planFor(deviceHost({}, { docker }), wish);
    t.false(command(plan, 0).includes('--readonly'));
    t.regex(command(plan, 1), /^mount -t ext4 -o rw,nosuid,nodev -- /);
    t.deepEqual(plan.warnings, []);
  }
  const up = deviceHost({}, { docker: dockerFacts({ services: [{ name: 'docker', state: 'running' }] }) });
  t.deepEqual(codesOf(planDeviceMount(up, wish)), ['in-use']);
  t.regex(planFor(up).warnings.join(), /can use the device, but not remove it/);
  for (const device of ['base', '2'])
    t.regex(planFor(deviceHost(), { ...wish, device }).warnings.join(), /for unchanged/);
});

test('what somebody has mounted is refused, with the place and how to stop it', (t) => {
  const planned = planDeviceMount(deviceHost(), mountWish({ device: 'kept' }));
  t.like(planned, {
    kind: 'refused',
    refusals: [{ code: 'in-use', remedy: 'read from it there, or docker stop kept' }],
  });
  t.regex(JSON.stringify(planned), /devicemapper\/mnt\/4, \/ in the view of process 9/);
  const stopped = deviceHost({ active: [activeThin(7, { mounts: [mountedOn('/x')] })] });
  t.like(planDeviceMount(stopped, mountWish()), { refusals: [{ remedy: 'read from it there' }] });
  const docker = recordedStore();
  const nameless = { ...docker, containers: docker.containers.map((each) => ({ ...each, name: null })) };
  const unknown = planDeviceMount(deviceHost({ docker: nameless }), mountWish({ device: '4' }));
  t.regex(JSON.stringify(unknown), /docker stop [0-9a-f]{64}/);
});

test('what dmtool has mounted elsewhere, or otherwise, is refused', (t) => {
  const elsewhere = deviceHost({ active: [ownThin(7, '/srv')] });
  t.deepEqual(codesOf(planDeviceMount(elsewhere, mountWish())), ['in-use']);
  const here = deviceHost({ active: [ownThin(7, DIRECTORY)], directory: { path: DIRECTORY, kind: 'not-empty' } });
  t.deepEqual(stepsOf(planDeviceMount(here, mountWish())), []);
  t.regex(JSON.stringify(planDeviceMount(here, mountWish({ writable: true }))), /already, read-only/);
  const writable = deviceHost({ active: [{ ...ownThin(7), own: { readOnly: false } }] });
  t.regex(JSON.stringify(planDeviceMount(writable, mountWish())), /already, to be written to/);
});

test('nothing is hidden, and no place is made', (t) => {
  for (const kind of ['absent', 'not-a-directory', 'not-empty'] as const) {
    const host = deviceHost({ directory: { path: DIRECTORY, kind } });
    t.deepEqual(codesOf(planDeviceMount(host, mountWish())), ['directory-unfit'], kind);
  }
});

test('a filesystem that is not known is asked for', (t) => {
  for (const filesystem of [null, 'btrfs']) {
    const host = deviceHost({ docker: { ...recordedStore(), filesystem } });
    t.deepEqual(codesOf(planDeviceMount(host, mountWish())), ['filesystem-unknown']);
    t.is(stepsOf(planDeviceMount(host, mountWish({ filesystem: 'xfs' }))).length, 2);
  }
});

test('a word that means no device, or several, is refused, and so is a pool that can not be told', (t) => {
  const codes = (host: Host, facts = {}) => codesOf(planDeviceMount(host, mountWish(facts)));
  t.deepEqual(codes(deviceHost(), { device: 'nobody' }), ['device-unknown']);
  const docker = recordedStore();
  const records = docker.records.map((each) => ({ ...each, name: `ab${each.id}` }));
  t.deepEqual(codes(deviceHost({ docker: { ...docker, records } }), { device: 'ab' }), ['ambiguous']);
  t.deepEqual(codes(deviceHost({}, { thinPools: [kernelPool('a'), kernelPool('b')] })), ['ambiguous']);
  t.deepEqual(codes(deviceHost({}, { thinPools: [] })), ['pool-absent']);
  const nameless = deviceHost({ docker: { ...docker, loopPoolName: null } }, { thinPools: [] });
  t.like(planDeviceMount(nameless, mountWish()), { refusals: [{ subject: 'thin pool' }] });
  t.deepEqual(codes(deviceHost(), { pool: 'other' }), ['pool-absent']);
  const failed = kernelPool(POOL, { status: { state: 'fail', text: '' } });
  t.deepEqual(codes(deviceHost({}, { thinPools: [failed] })), ['pool-unhealthy']);
});

test('a device that only the kernel knows is mounted by its number', (t) => {
  const host = deviceHost({ active: [activeThin(99)] });
  const [activate] = stepsOf(planDeviceMount(host, mountWish({ device: '99' })));
  t.is(activate?.title, `Activate device 99 as dmtool-${POOL}-99`);
});

test('a device that nobody knows any more is mounted by its number and a size', (t) => {
  const sizeBytes = bytes(GIB);
  const [activate] = stepsOf(planDeviceMount(deviceHost(), mountWish({ device: '9', sizeBytes })));
  t.regex(JSON.stringify(activate?.do), /"0 2097152 thin \/dev\/mapper\/docker-thinpool 9"/);
  for (const device of ['x9', '', '123456789'])
    t.deepEqual(codesOf(planDeviceMount(deviceHost(), mountWish({ device, sizeBytes }))), ['device-unknown'], device);
  t.deepEqual(codesOf(planDeviceMount(deviceHost(), mountWish({ device: '9' }))), ['device-unknown']);
});

test('without root, or programs, nothing is looked at', (t) => {
  t.deepEqual(codesOf(planDeviceMount(deviceHost({}, { isRoot: false }), mountWish())), ['not-root']);
  const without = deviceHost({}, { programs: deviceHost().programs.filter((name) => name !== 'mount') });
  t.deepEqual(codesOf(planDeviceMount(without, mountWish())), ['missing-program']);
});
