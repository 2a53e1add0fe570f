import test from 'ava';
import fc from 'fast-check';
import {
  parseUnits,
  systemctlCat,
  systemctlResetFailed,
  systemctlShow,
  systemctlStart,
  systemctlStop,
  type Unit,
  unitService,
} from '../../src/tools/systemctl.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { corrupted } from './corrupt.ts';
import { recordedCases } from './recorded.ts';

const units = ['docker.socket', 'docker.service'];

test('units are named last, after --', (t) => {
  for (const [argv, verb] of [
    [systemctlStart(units), 'start'],
    [systemctlStop(units), 'stop'],
    [systemctlResetFailed(units), 'reset-failed'],
    [systemctlCat(units), 'cat'],
    [systemctlShow(units), 'show'],
  ] as const) {
    t.deepEqual(argv.slice(0, 2), ['systemctl', verb]);
    t.deepEqual(argv.slice(-3), ['--', ...units]);
    t.true(argv.includes('--no-ask-password'));
    t.is(
      argv.some((word) => word.startsWith('--property=Id,')),
      verb === 'show',
    );
  }
});

const shown = `Id=docker.service
LoadState=loaded
ActiveState=active
SubState=running
FragmentPath=/lib/systemd/system/docker.service
DropInPaths=/etc/systemd/system/docker.service.d/a.conf /etc/systemd/system/docker.service.d/b.conf
EnvironmentFiles=/etc/default/docker (ignore_errors=yes)
EnvironmentFiles=/etc/docker env (ignore_errors=no)
MainPID=321

Id=docker.socket
LoadState=not-found
ActiveState=inactive
SubState=dead
FragmentPath=
DropInPaths=
MainPID=0
`;

test('several units are read (typed: no capture yet)', (t) => {
  t.deepEqual(parseUnits(shown), [
    {
      name: 'docker.service',
      loadState: 'loaded',
      activeState: 'active',
      subState: 'running',
      fragmentPath: '/lib/systemd/system/docker.service',
      dropInPaths: ['/etc/systemd/system/docker.service.d/a.conf', '/etc/systemd/system/docker.service.d/b.conf'],
      environmentFiles: [
        { path: '/etc/default/docker', optional: true },
        { path: '/etc/docker env', optional: false },
      ],
      mainPid: 321,
      startsAfter: [],
    },
    {
      name: 'docker.socket',
      loadState: 'not-found',
      activeState: 'inactive',
      subState: 'dead',
      fragmentPath: null,
      dropInPaths: [],
      environmentFiles: [],
      mainPid: null,
      startsAfter: [],
    },
  ]);
  t.deepEqual(parseUnits('\n'), []);
});

test('older versions leave properties out and have another name for one (typed: no capture yet)', (t) => {
  const text =
    'Id=docker.service\nLoadState=loaded\nActiveState=failed\nSubState=failed\nEnvironmentFile=/etc/x (ignore_errors=no)\nEnvironmentFile=';
  t.like(parseUnits(text)[0], {
    fragmentPath: null,
    dropInPaths: [],
    environmentFiles: [{ path: '/etc/x', optional: false }],
    mainPid: null,
    startsAfter: [],
  });
});

test('what was captured is read', (t) => {
  for (const { name, text } of recordedCases('systemctl', '*.txt')) t.true(parseUnits(text).length > 0, name);
  t.pass();
});

test('a state is a service as Docker is looked at: up until it is down', (t) => {
  const states: [Unit['activeState'], string][] = [
    ['active', 'running'],
    ['reloading', 'running'],
    ['deactivating', 'running'],
    ['activating', 'starting'],
    ['inactive', 'stopped'],
    ['maintenance', 'stopped'],
    ['failed', 'failed'],
  ];
  for (const [state, expected] of states) {
    const [unit] = parseUnits(shown.replace('ActiveState=active', `ActiveState=${state}`)) as [Unit];
    t.deepEqual(unitService(unit) as unknown, { name: 'docker.service', state: expected });
  }
});

test('a unit without name or state is refused', (t) => {
  for (const text of [
    'Failed to connect to bus',
    'Id=x',
    shown.replace('ActiveState=active', 'ActiveState=asleep'),
    shown.replace('MainPID=321', 'MainPID=x1'),
    shown.replace('MainPID=321', 'MainPID=1x'),
    shown.replace('Id=docker.socket', 'Id='),
  ])
    t.throws(() => parseUnits(text), { instanceOf: UnreadableOutput, message: /systemctl show/ }, text);
});

test('no corrupted answer makes units without a name', (t) => {
  fc.assert(
    fc.property(corrupted(shown), (text) => {
      try {
        return parseUnits(text).every(({ name, loadState }) => name !== '' && loadState !== '');
      } catch (error) {
        return error instanceof UnreadableOutput;
      }
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('only units that a service both needs and waits for are there when it starts', (t) => {
  const after = (text: string) =>
    parseUnits(`Id=d.service\nLoadState=loaded\nActiveState=active\nSubState=x\n${text}`)[0]?.startsAfter;
  const needs = 'Requires=docker.socket system.slice\nWants=late.service a.service\nBindsTo=b.device\n';
  t.deepEqual(after(`${needs}After=a.service docker.socket b.device`), ['docker.socket', 'a.service', 'b.device']);
  t.deepEqual(after('Requires=a.service\nAfter='), []);
  t.deepEqual(after(''), []);
});
