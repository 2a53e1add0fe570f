import test from 'ava';
import { apply } from '../../src/apply/apply.ts';
import type { Host } from '../../src/model/host.ts';
import { planRepair } from '../../src/plan/repair.ts';
import type { Action, Plan } from '../../src/plan/step.ts';
import { carryOut, cutOff, ready, walk } from '../plan/docker-runs.ts';
import {
  failed,
  idleLvmHost,
  illDockerHost,
  illLvmHost,
  illRawHost,
  thinVolume,
  withStranger,
} from '../plan/repair-hosts.ts';
import { type IllHost, isIll } from '../plan/simulated/repair.ts';
import { fakeMachine } from './fake-machine.ts';

const planOf = (host: Host): Plan => ready(planRepair(host, { pool: null }));

/** Without anybody who looks on, or interrupts. */
const run = (plan: Plan, machine: ReturnType<typeof fakeMachine>) =>
  apply(
    plan,
    machine,
    () => {},
    () => false,
  );

const active = (...names: readonly string[]) => ({
  thinDevices: names.map((name) => ({ name: `docker-${name}`, poolName: 'docker-thinpool-tpool' })),
});

/** A pool of LVM's with a flag, and active volumes on it. */
const withVolumes = (...names: readonly string[]): IllHost =>
  illLvmHost(
    { isFlagged: true },
    active(...names),
    names.map((name) => thinVolume(name)),
  );

const ids = ({ steps }: Plan): string[] => steps.map(({ id }) => id);

const running = (host: Host): string[] =>
  (host.docker?.containers ?? []).filter((each) => each.running).map(({ name }) => name);

/** What an operator would miss. */
const seen = (host: Host) => ({
  pools: host.thinPools.map(({ name }) => name),
  active: host.volumeGroups
    .flatMap(({ logicalVolumes }) => logicalVolumes.filter(({ active }) => active).map(({ name }) => name))
    .toSorted(),
  thins: 'trees' in host ? [] : host.thinDevices.map(({ name }) => name),
  containers: running(host),
  files: host.files.filter(({ content }) => content !== null).map(({ path }) => path),
  loops: host.repair?.loops,
  kept: host.repair?.runs,
  made: isIll(host) ? host.illness.files?.mended : [],
});

const scenes: Record<string, IllHost> = {
  'LVM, a flag': withVolumes('one'),
  'LVM, full': illLvmHost({ isFull: true, isFlagged: true }),
  'Docker on it': illDockerHost({ isFlagged: true }),
  'on files, a flag': withStranger(illRawHost({ isFlagged: true })),
  'on files, full': withStranger(illRawHost({ isFull: true })),
  'on files, damaged': illRawHost({ isSound: false, isFlagged: true }),
  'LVM, damaged': illLvmHost({ isSound: false, isFlagged: true }, active('one'), [thinVolume('one')]),
  'LVM, idle and damaged': idleLvmHost({ isSound: false }),
  'LVM, idle': idleLvmHost({}),
  'Docker on it, damaged': illDockerHost({ isSound: false, isFlagged: true }),
};

for (const [name, host] of Object.entries(scenes)) {
  for (const how of ['fails-before', 'fails-after'] as const) {
    test(`${how}: until metadata are changed all is as before, afterwards the next run goes on: ${name}`, async (t) => {
      const plan = planOf(host);
      for (const step of plan.steps) {
        const machine = fakeMachine(host, { at: (_, action) => (action === step.do ? how : undefined) });
        const outcome = await run(plan, machine);
        if (outcome.kind === 'done') continue;
        if (outcome.kind === 'undone') {
          t.deepEqual(seen(machine.host), seen(host), step.id);
          t.deepEqual(machine.journal, []);
          continue;
        }
        // One that did not run stays as it is, beside its copy.
        if (host.illness.isSound && host.thinPools.length > 0) t.is(outcome.way, 'forward', step.id);
        if (outcome.way === 'back') {
          t.deepEqual(machine.host.thinPools, [], step.id);
          t.true(
            machine.host.repair?.runs.every(({ isCopied }) => isCopied),
            step.id,
          );
          t.deepEqual(running(machine.host), [], step.id);
        }
        const again = fakeMachine({ ...machine.host, ownership: machine.journal }, {}, machine.journal);
        const rest = planOf(again.host);
        const end = await run(rest, again);
        t.is(end.kind, 'done', step.id);
        t.deepEqual(
          { ...seen(again.host), kept: [], files: [], loops: [], made: [] },
          { ...seen(carryOut(host, plan)), kept: [], files: [], loops: [], made: [] },
          step.id,
        );
        t.deepEqual(again.journal, []);
      }
    });
  }
}

const NONE = (): boolean => false;

/** Fails at a step, and at all that `also` says of what follows. */
const breakAt = async (host: IllHost, id: string, also: (action: Action) => boolean = NONE) => {
  const plan = planOf(host);
  const action = plan.steps.find((step) => step.id === id)?.do;
  const machine = fakeMachine(host, { at: (_, each) => (each === action || also(each) ? 'fails-before' : undefined) });
  const outcome = await run(plan, machine);
  return { outcome, machine, told: outcome.kind === 'partly-done' ? outcome.leftovers : [] };
};

test('the copy of a pool that did not run goes with a failure, till something may have been written to its metadata', async (t) => {
  const idle = idleLvmHost({ isSound: false });
  const { outcome, machine } = await breakAt(idle, 'check-metadata');
  t.is(outcome.kind, 'undone');
  t.deepEqual(machine.host.repair?.runs, []);
  const later = await breakAt(idle, 'mend-metadata');
  t.like(later.outcome, { kind: 'partly-done', way: 'back' } as never);
  t.deepEqual(
    later.told.map(({ step, remove }) => [step.id, remove.kind]),
    [['copy-metadata', 'forget-kept']],
  );
  t.regex(later.told[0]?.error?.message ?? '', /may have been written to since/);
  t.true(later.machine.host.repair?.runs[0]?.isCopied);
});

test('what tells of a file with new metadata stays as long as that file', async (t) => {
  const isRemoval = ({ kind }: Action): boolean => kind === 'remove-file';
  const { outcome, machine, told } = await breakAt(illRawHost({ isFull: true }), 'attach-metadata', isRemoval);
  t.like(outcome, { kind: 'partly-done', way: 'back' } as never);
  t.true(told.some(({ step }) => step.id === 'mend-metadata'));
  t.is((machine.host as IllHost).illness.files?.mended.length, 1);
  t.is(machine.host.repair?.runs.length, 1);
});

test('metadata that thin_check calls damaged are not put to use again: the pool stays down, and what goes on is told', async (t) => {
  for (const [host, name] of [
    [illRawHost({ isSound: false, isFlagged: true }), 'files'],
    [illLvmHost({ isSound: false, isFlagged: true }), 'docker/thinpool'],
  ] as const) {
    const { outcome, machine, told } = await breakAt(host, 'mend-metadata');
    t.like(outcome, { kind: 'partly-done', way: 'back' } as never);
    t.deepEqual(
      told.map(({ remove }) => remove),
      [{ kind: 'exec', argv: ['dmtool', 'repair', '--pool', name] }],
    );
    t.regex(told[0]?.error?.message ?? '', /stays down.*\/var\/lib\/dmtool\/repair\//);
    t.deepEqual(machine.host.thinPools, []);
    t.true(machine.host.repair?.runs[0]?.isCopied);
    t.is(machine.journal.length, 1);
  }
});

test('new metadata that are damaged, too, are not put to use', async (t) => {
  const { machine } = await breakAt(illRawHost({ isSound: false, isFlagged: true }), 'check-mended');
  t.deepEqual(machine.host.thinPools, []);
  const { outcome } = await breakAt(illLvmHost({ isSound: false, isFlagged: true }), 'check-mended');
  t.like(outcome, { kind: 'partly-done', way: 'forward' } as never);
});

test('the kernel would make a new pool of metadata that begin with nothing: it is not asked to', async (t) => {
  for (const host of [illRawHost({ isFlagged: true, isBlank: true }), illLvmHost({ isFlagged: true, isBlank: true })]) {
    const { outcome, machine } = await breakAt(host, 'copy-metadata');
    t.like(outcome, { kind: 'partly-done', way: 'back' } as never);
    t.deepEqual(machine.host.thinPools, []);
  }
});

test('a loop device that another program took meanwhile is neither used nor detached', async (t) => {
  const host = illRawHost({ isFull: true });
  const plan = planOf(host);
  const attach = plan.steps.find(({ id }) => id === 'attach-metadata')?.do;
  const machine = fakeMachine(host, { at: (_, action) => (action === attach ? 'fails-before' : undefined) });
  const perform = machine.perform;
  const files = { attached: { '/dev/loop2': '/srv/stranger' }, mended: [] as string[] };
  machine.perform = async (action) => {
    if (action === attach) {
      const { illness } = machine.host as IllHost;
      const attached = { ...illness.files?.attached, ...files.attached };
      const mended = illness.files?.mended ?? [];
      machine.host = { ...machine.host, illness: { ...illness, files: { attached, mended } } } as IllHost;
    }
    return perform(action);
  };
  const outcome = await run(plan, machine);
  t.is(outcome.kind, 'undone');
  t.is((machine.host as IllHost).illness.files?.attached['/dev/loop2'], '/srv/stranger');
  t.is(machine.host.thinPools[0]?.table?.metadataDevice, host.thinPools[0]?.table?.metadataDevice);
});

test('how a pool is made stays written down while the kernel does not have it', async (t) => {
  const noted = ({ files }: { files: IllHost['files'] }) =>
    files.find(({ path }) => path.endsWith('raw-pools.json'))?.content ?? '';
  const { machine } = await breakAt(illRawHost({ isSound: false, isFlagged: true }), 'check-mended');
  t.regex(noted(machine.host), /"\/var\/pool\/metadata"/);
  const { machine: sound } = await breakAt(illRawHost({ isFull: true }), 'check-mended');
  t.is(noted(sound.host), '');
});

test('a pool that can’t come back is told with what brings it back, and its copy stays', async (t) => {
  const host = failed(illLvmHost({ isSound: false }));
  const plan = planOf(host);
  const machine = fakeMachine(host, {
    at: (_, action) => (action.kind === 'exec' && action.argv[0] === 'lvconvert' ? 'fails-before' : undefined),
  });
  const outcome = await run(plan, machine);
  t.like(outcome, { kind: 'partly-done', way: 'back' } as never);
  t.deepEqual(outcome.kind === 'partly-done' && outcome.leftovers.map(({ step }) => step.id), ['deactivate-pool']);
  t.true(machine.host.repair?.runs[0]?.isCopied);
});

test('a thin device that does not come back keeps nothing else from running; one that is lost is not asked for again', async (t) => {
  for (const [host, id, others] of [
    [withVolumes('one', 'two'), 'activate:one', ['docker-two']],
    [withStranger(illRawHost({ isFlagged: true })), 'activate:vol', []],
  ] as const) {
    const { outcome, machine, told } = await breakAt(host, id);
    t.like(outcome, { kind: 'partly-done', way: 'forward', failure: { step: { id } } } as never);
    t.deepEqual(
      told.map(({ step, error }) => [step.id, error?.name]),
      [
        [id, 'CommandFailed'],
        ['check-filesystems', undefined],
      ],
    );
    t.is(outcome.kind === 'partly-done' && outcome.host, machine.host);
    t.deepEqual(
      machine.host.thinDevices.map(({ name }) => name),
      others,
    );
    const [ran] = machine.host.repair?.runs ?? [];
    t.true(ran?.filesystems?.every(({ verdict }) => verdict === 'sound'));
    const after = { ...machine.host, ownership: machine.journal };
    t.deepEqual(ids(planOf(after)), [id, 'check-filesystems']);
    const filesystems = ran?.filesystems?.map((each, index) => (index === 0 ? { ...each, verdict: 'lost' } : each));
    const lost = { ...after, repair: { ...after.repair, runs: [{ ...ran, filesystems }] } } as Host;
    t.deepEqual(ids(planOf(lost)), ['look']);
  }
});

test('what is lost does not leave the run half done: nobody can bring it back', async (t) => {
  const made = withVolumes('one');
  const host: IllHost = { ...made, illness: { ...made.illness, lost: ['one'] } };
  const machine = fakeMachine(host);
  const outcome = await run(planOf(host), machine);
  t.is(outcome.kind, 'done');
  t.is(machine.host.repair?.runs[0]?.filesystems?.[0]?.verdict, 'lost');
  t.deepEqual([machine.host.thinDevices, machine.journal], [[], []]);
});

test('nor does it keep a run that is taken up again, once the pool runs, from the rest', async (t) => {
  const made = withVolumes('one', 'two');
  const host: IllHost = { ...made, illness: { ...made.illness, lost: ['one'] } };
  const first = planOf(host);
  const isShown = first.steps.findIndex(({ id }) => id === 'activate:one');
  const cut = cutOff(walk(host, first.steps.slice(0, isShown)).at(-1) as Host, first);
  const machine = fakeMachine(cut, {}, [...cut.ownership]);
  const rest = planOf(cut);
  t.deepEqual(ids(rest), ['activate:one', 'activate:two', 'check-filesystems']);
  const outcome = await run(rest, machine);
  t.is(outcome.kind, 'done');
  t.deepEqual(
    machine.host.thinDevices.map(({ name }) => name),
    ['docker-two'],
  );
});

test('two of them that fail are told, each with its own words', async (t) => {
  const host = withVolumes('one', 'two');
  const plan = planOf(host);
  const failing = plan.steps.filter(({ isApart }) => isApart).map((each) => each.do);
  const machine = fakeMachine(host, { at: (_, each) => (failing.includes(each) ? 'fails-before' : undefined) });
  const outcome = await run(plan, machine);
  t.deepEqual(outcome.kind === 'partly-done' && outcome.leftovers.map(({ step, error }) => [step.id, error?.name]), [
    ['activate:one', 'CommandFailed'],
    ['activate:two', 'CommandFailed'],
    ['check-filesystems', undefined],
  ]);
});
