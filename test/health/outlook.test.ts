import test from 'ava';
import { outlookOf } from '../../src/health/outlook.ts';
import { extents, MIB } from '../../src/units/quantity.ts';
import { PROFILE_TEMPLATE, thinPool, volumeGroup } from '../plan/hosts.ts';

const profile = (threshold: number, step: number): string =>
  PROFILE_TEMPLATE.replace('@THRESHOLD@', `${threshold}`).replace('@PERCENT@', `${step}`);
const vg = volumeGroup('docker', { extentCount: extents(1000), freeExtents: extents(30) });
const pool = thinPool('thinpool', 950n, 10n, { profile: 'p' });

test('a step that fits can run, as often as there is room', (t) => {
  const rule = { thresholdPercent: 80, stepPercent: 1 };
  t.deepEqual(outlookOf(vg, pool, profile(80, 1)), {
    kind: 'can',
    rule,
    times: 3,
    totalBytes: (30n * 4n * MIB) as never,
  });
  t.deepEqual(outlookOf(vg, pool, profile(80, 20)), {
    kind: 'no-room',
    rule: { ...rule, stepPercent: 20 },
    stepBytes: (190n * 4n * MIB) as never,
  });
});

test('without a profile, a file, a threshold or somebody who watches nothing runs', (t) => {
  t.is(outlookOf(vg, thinPool('thinpool', 9n, 1n), null).kind, 'off');
  t.is(outlookOf(vg, pool, profile(100, 20)).kind, 'off');
  t.deepEqual(outlookOf(vg, pool, null), { kind: 'profile-unread', profile: 'p' });
  t.is(outlookOf(vg, pool, '# nothing').kind, 'profile-unread');
  t.is(outlookOf(vg, { ...pool, monitor: 'not monitored' }, profile(80, 1)).kind, 'not-watched');
});
