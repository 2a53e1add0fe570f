import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import type { ResizeIntent } from '../../src/model/intent.ts';
import { planResize } from '../../src/plan/resize.ts';
import { GIB } from '../../src/units/quantity.ts';
import { ready } from './docker-runs.ts';
import { growthWish, loopHost, lvmHost, to } from './growing-hosts.ts';
import { blankHost } from './hosts.ts';

const answer = (host: Host, wish: Partial<ResizeIntent> = {}): string[] => {
  const planned = planResize(host, growthWish(wish));
  return planned.kind === 'refused' ? planned.refusals.map(({ code }) => code) : [planned.plan.subject];
};
const lvm = lvmHost();
const raw = loopHost();
const both: Host = { ...lvm, thinPools: [...lvm.thinPools, ...raw.thinPools], backingDevices: raw.backingDevices };

test('the only pool needs no name, and each of several has more than one', (t) => {
  t.deepEqual(answer(blankHost([])), ['pool-absent']);
  t.deepEqual(answer(raw), ['Thin pool docker-8:1-77-pool grows while it runs']);
  t.deepEqual(answer(both), ['ambiguous']);
  t.deepEqual(answer(both, { pool: 'other' }), ['pool-absent']);
  for (const pool of [
    'docker/thinpool',
    'thinpool',
    'docker-thinpool',
    '/dev/mapper/docker-thinpool',
    '/dev/docker/thinpool',
  ])
    t.deepEqual(answer(both, { pool }), ['Thin pool docker/thinpool grows while it runs'], pool);
  t.deepEqual(answer(both, { pool: '/dev/mapper/docker-8:1-77-pool' }), [
    'Thin pool docker-8:1-77-pool grows while it runs',
  ]);
});

test('whoever is not root, or lacks a program, is told so', (t) => {
  t.deepEqual(answer({ ...raw, isRoot: false }), ['not-root']);
  const programs = raw.programs.filter((name) => name !== 'truncate');
  t.deepEqual(answer({ ...raw, programs }), ['missing-program']);
});

test('a pool that the kernel would not let grow is refused before anything is begun', (t) => {
  t.deepEqual(answer({ ...lvm, thinPools: [] }), ['pool-inactive']);
  t.deepEqual(answer(loopHost({ pool: { suspended: true } })), ['pool-suspended']);
  for (const [state, remedy] of [
    ['fail', 'dmtool repair --pool '],
    ['error', 'dmtool repair --pool '],
    ['unreadable', 'dmtool status'],
  ] as const) {
    const planned = planResize(loopHost({ pool: { status: { state, text: 'x' } } }), growthWish({}));
    const [only] = planned.kind === 'refused' ? planned.refusals : [];
    t.is(only?.code, 'pool-unhealthy');
    t.true(only?.remedy.startsWith(remedy), state);
  }
  t.deepEqual(answer(loopHost({ pool: { table: null } })), ['pool-unhealthy']);
  t.deepEqual(answer(loopHost({ host: { backingDevices: [] } })), ['pool-unhealthy']);
  t.deepEqual(answer(loopHost({ status: { needsCheck: true } })), ['needs-check']);
  t.deepEqual(answer(lvmHost({ status: { needsCheck: true } })), ['needs-check']);
});

test('a read-only pool is refused, unless it is its metadata that are full and get more', (t) => {
  const wish = { metadata: to(GIB) };
  const readOnly = loopHost({ status: { mode: 'ro' } });
  t.deepEqual(answer(readOnly, wish), ['read-only']);
  t.deepEqual(answer(loopHost({ status: { mode: 'ro' }, table: { features: ['read_only'] } }), wish), ['read-only']);
  const full = loopHost({ status: { mode: 'ro', usedMetadataBlocks: 16_384n } });
  t.deepEqual(answer(full), ['read-only']);
  t.deepEqual(answer(full, wish), ['Thin pool docker-8:1-77-pool grows while it runs']);
});

test('writes that were lost are told: the time ran out', (t) => {
  const status = { mode: 'out_of_data_space', whenFull: 'error_if_no_space' } as const;
  const warnings = (host: Host): number => ready(planResize(host, growthWish({ data: to(4n * GIB) }))).warnings.length;
  t.is(warnings(loopHost({ status })), 1);
  t.is(warnings(loopHost({ status, table: { features: ['error_if_no_space'] } })), 0);
});
