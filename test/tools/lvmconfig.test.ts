import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { parseLvmconfig } from '../../src/tools/lvmconfig.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { corrupted } from './corrupt.ts';
import { recorded } from './recorded.ts';

const texts = recorded('lvmconfig', 'blank-host.txt');

test("Debian's settings are read", (t) => {
  for (const text of texts) {
    t.deepEqual(parseLvmconfig(text), {
      profileDirectory: '/etc/lvm/profile',
      thinCheckExecutable: '/usr/sbin/thin_check',
      monitoring: true,
      filtersDevices: false,
    });
  }
});

test('a check that is switched off and monitoring that is off are told', (t) => {
  const settings = parseLvmconfig('profile_dir="/a b/c"\nthin_check_executable=""\nmonitoring=0\n');
  t.deepEqual(settings, {
    profileDirectory: '/a b/c',
    thinCheckExecutable: '',
    monitoring: false,
    filtersDevices: false,
  });
});

test("a filter of the operator's is told, unless a devices file decides instead", (t) => {
  const told = (...lines: string[]): boolean =>
    parseLvmconfig(['profile_dir="/p"', 'thin_check_executable=""', 'monitoring=1', ...lines].join('\n'))
      .filtersDevices;
  t.false(told('filter=["a|.*|"]', 'global_filter=["a|.*|"]'));
  t.true(told('global_filter=["r|/dev/sdb|"]'));
  t.true(told('use_devicesfile=0', 'filter=["a|/dev/sda|","r|.*|"]'));
  t.false(told('use_devicesfile=1', 'filter=["r|.*|"]'));
});

test('a setting that is missing or odd makes the answer unreadable', (t) => {
  for (const text of texts) {
    for (const name of ['profile_dir', 'thin_check_executable', 'monitoring'])
      t.throws(() => parseLvmconfig(text.replace(name, 'other')), { instanceOf: UnreadableOutput });
    t.throws(() => parseLvmconfig(text.replace('monitoring=1', 'monitoring=2')), { instanceOf: UnreadableOutput });
    t.throws(() => parseLvmconfig(text.replace('profile_dir="/etc', 'profile_dir="etc')), {
      instanceOf: UnreadableOutput,
    });
  }
});

test('corrupted settings are refused or read, and no other way out is taken', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...texts).chain(corrupted), fc.string({ unit: 'binary' })), (text) => {
      try {
        assert.match(parseLvmconfig(text).profileDirectory, /^\//);
      } catch (error) {
        assert.ok(error instanceof UnreadableOutput, String(error));
      }
    }),
    { numRuns: 300 },
  );
  t.pass();
});
