import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import { holds } from '../../src/plan/condition.ts';
import { planDeviceMount } from '../../src/plan/device-mount.ts';
import { planDeviceUnmount } from '../../src/plan/device-unmount.ts';
import { recordedStore } from '../tools/docker-store.ts';
import {
  activeThin,
  codesOf,
  DIRECTORY,
  deviceHost,
  mountedOn,
  mountWish,
  ownThin,
  performDevice,
  playDevices,
  stepsOf,
} from './device-hosts.ts';

const before = deviceHost();
const mounted = playDevices(before, stepsOf(planDeviceMount(before, mountWish())));
const plan = (host: Host, device = DIRECTORY, pool: string | null = null) => planDeviceUnmount(host, { device, pool });

test('what was mounted is taken off, by its directory or by any word for the device, and the host is as before', (t) => {
  for (const word of [DIRECTORY, '7', 'once']) {
    const steps = stepsOf(plan(mounted, word));
    t.deepEqual(
      steps.map(({ id }) => id),
      ['unmount:/mnt', 'deactivate:7'],
    );
    const after = playDevices(mounted, steps);
    t.deepEqual(after, before);
    for (const { expect } of steps) t.true(expect.every((condition) => holds(condition, after)));
    t.deepEqual(stepsOf(plan(after, word)), []);
  }
});

test('each step is taken back: it is active and mounted as it was', (t) => {
  const steps = stepsOf(plan(mounted));
  for (const count of [1, 2]) {
    let now = playDevices(mounted, steps.slice(0, count));
    for (const { undo } of steps.toReversed())
      for (const { when, do: action } of undo)
        if (holds(when, now) && action.kind === 'exec') now = performDevice(now, action.argv);
    const thin = (host: Host) => host.poolDevices?.active.find(({ own }) => own !== null);
    t.like(thin(now), { id: 7, own: { readOnly: true }, mounts: thin(mounted)?.mounts });
  }
});

test('one that is active and no longer mounted is removed, and a kind that dmtool can not mount stays off', (t) => {
  const bare = deviceHost({ active: [ownThin(7)] });
  t.deepEqual(
    stepsOf(plan(bare, '7')).map(({ id }) => id),
    ['deactivate:7'],
  );
  const mounts = [{ ...mountedOn(DIRECTORY), filesystem: 'btrfs' }, mountedOn('/', 12)];
  const [off, ...rest] = stepsOf(plan(deviceHost({ active: [{ ...ownThin(7), mounts }] })));
  t.deepEqual(off?.undo, []);
  t.is(rest.length, 1);
});

test("others' devices are left alone, and what may be several is asked about", (t) => {
  const running = plan(before, 'kept');
  t.deepEqual(codesOf(running), ['not-ours']);
  t.like(running, {
    refusals: [
      {
        subject: 'docker-98:32-33-4',
        reason:
          'dmtool did not activate it, and it is mounted: /var/lib/docker/devicemapper/mnt/4, / in the view of process 9',
        remedy: 'docker stop kept',
      },
    ],
  });
  const docker = recordedStore();
  const unnamed = { ...docker, containers: docker.containers.map((each) => ({ ...each, name: null })) };
  const id = docker.containers.find(({ running: isRunning }) => isRunning)?.id;
  t.like(plan(deviceHost({ docker: unnamed }), '4'), { refusals: [{ remedy: `docker stop ${id}` }] });
  const there = plan(deviceHost({ active: [activeThin(7, { mounts: [mountedOn(DIRECTORY)] })] }));
  t.deepEqual(codesOf(there), ['not-ours']);
  t.like(there, { refusals: [{ remedy: 'leave it to whoever did: Docker, or you' }] });
  const bare = plan(deviceHost({ active: [activeThin(7)] }), '7');
  t.like(bare, { refusals: [{ reason: 'dmtool did not activate it' }] });
  const elsewhere = { ...ownThin(7), name: 'dmtool-other-7', poolName: 'other' };
  const two = deviceHost({ active: [ownThin(7), elsewhere] });
  t.deepEqual(codesOf(plan(two, '7')), ['ambiguous']);
  t.is(stepsOf(plan(two, '7', 'other')).length, 1);
});

test('where nothing is there is nothing to do; without root nothing is looked at', (t) => {
  t.deepEqual(stepsOf(plan(deviceHost({ active: [], directory: null }), 'x')), []);
  t.deepEqual(codesOf(plan(deviceHost({}, { isRoot: false, poolDevices: null }))), ['not-root']);
});
