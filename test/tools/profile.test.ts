import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { parseProfile, profileName, renderProfile } from '../../src/tools/profile.ts';

const template = readFileSync(new URL('../../profiles/thinpool.profile', import.meta.url), 'utf8');

test('the profile that ships says both values, and says them back', (t) => {
  const percent = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(percent, percent, (thresholdPercent, stepPercent) => {
      const values = { thresholdPercent, stepPercent };
      assert.deepEqual(parseProfile(renderProfile(template, values)), values);
    }),
  );
  t.notRegex(renderProfile(template, { thresholdPercent: 80, stepPercent: 20 }), /@/);
});

test('comments in a profile set nothing', (t) => {
  const text = 'activation {\n# thin_pool_autoextend_threshold=70\nthin_pool_autoextend_threshold = 80 # not 90\n';
  t.is(parseProfile(text), null);
  t.deepEqual(parseProfile(`${text}thin_pool_autoextend_percent=20\n}`), { thresholdPercent: 80, stepPercent: 20 });
});

test('a profile without either value, or without a number, says nothing', (t) => {
  for (const text of [
    '',
    'thin_pool_autoextend_threshold=80',
    'thin_pool_autoextend_percent=20',
    'x_thin_pool_autoextend_percent=1',
  ])
    t.is(parseProfile(text), null, text);
  for (const value of ['"x"', '9'.repeat(400)])
    t.is(parseProfile(`thin_pool_autoextend_threshold=${value}\nthin_pool_autoextend_percent=20`), null);
});

test('a profile is named after its VG and its pool', (t) => {
  t.is(profileName('docker', 'thinpool'), 'docker-thinpool');
});
