import test from 'ava';
import type { OwnershipRecord } from '../../src/model/ownership.ts';
import { planSetup } from '../../src/plan/setup.ts';
import type { Note, Planned } from '../../src/plan/step.ts';
import { tellUnfinished } from '../../src/plan/unfinished.ts';
import { GIB } from '../../src/units/quantity.ts';
import { situateStore, usualStore } from './containerd-situations.ts';
import { carryOut, ready, setupPlan } from './docker-runs.ts';
import { blankHost, disk, wish } from './hosts.ts';

const blank = blankHost([disk('/dev/sdb', 10n * GIB)]);
const planned = planSetup(blank, wish());
const { owns } = ready(planned);
const other: OwnershipRecord = { name: 'resize of other/pool', pool: null, docker: null };
const told = (ownership: readonly OwnershipRecord[], what: Planned = planned): readonly Note[] =>
  ready(tellUnfinished(what, { ...blank, ownership })).notes;

test('a run that was cut off is told, with the way on and the way back', (t) => {
  t.deepEqual(told([]), []);
  t.deepEqual(told([owns]), [
    {
      heading: 'An earlier run was cut off',
      lines: [
        'this one goes on where it stopped',
        'dmtool teardown --vg docker --pool thinpool takes back what was begun',
      ],
    },
  ]);
});

test('a way back is told where there is one', (t) => {
  const endless = { kind: 'ready', plan: { ...ready(planned), undoCommand: null } } as const;
  t.deepEqual(told([owns], endless)[0]?.lines, ['this one goes on where it stopped']);
});

test('a run of something else that was cut off is named', (t) => {
  t.deepEqual(told([other]), [
    { heading: 'Cut off, and unfinished still; the same command again goes on with it', lines: [other.name] },
  ]);
});

test('setup and teardown are told by what they are about', (t) => {
  const lines = (record: Partial<OwnershipRecord>) => told([{ ...other, name: 'x', ...record }])[0]?.lines;
  t.deepEqual(lines({ pool: owns.pool }), ['setup or teardown of x']);
  t.deepEqual(lines({ docker: setupPlan(situateStore(usualStore())).owns.docker }), ['setup or teardown of x']);
  t.deepEqual(lines({ files: { poolName: 'x', data: '/data', metadata: '/metadata' } }), ['setup or teardown of x']);
});

test('where nothing is to be done, or nothing can be, nobody is told', (t) => {
  const finished = carryOut(blank, ready(planned));
  t.deepEqual(told([other], planSetup(finished, wish())), []);
  const refused = planSetup({ ...blank, isRoot: false }, wish());
  t.is(tellUnfinished(refused, { ...blank, ownership: [other] }), refused);
});
