import test from 'ava';
import type { KeepFacts, KeptImage } from '../../src/model/keeping.ts';
import { holdsAll } from '../../src/model/keeping.ts';
import { describeCondition, holds } from '../../src/plan/condition.ts';
import { estimate } from '../../src/plan/keep-images.ts';
import { planLoopSetup } from '../../src/plan/setup-loop.ts';
import type { Plan } from '../../src/plan/step.ts';
import { bytes, GIB, MIB } from '../../src/units/quantity.ts';
import { container, dockerWish, type Scene, usedTree, withDocker } from './docker-hosts.ts';
import { carryOut, cutOff, ready, setupAgain, setupPlan, walk } from './docker-runs.ts';
import { blankHost, disk, wish } from './hosts.ts';
import { keeping } from './keep-hosts.ts';
import { worldOf } from './simulated/docker-disk.ts';
import { imageOf, KEPT_DIRECTORY, keepFacts } from './simulated/docker-images.ts';

const blank = blankHost([disk('/dev/sdb', 10n * GIB)]);
const situation = (scene: Scene = { tree: usedTree() }, facts: Partial<KeepFacts> = {}) =>
  keeping({ host: withDocker(blank, scene), intent: wish(), docker: dockerWish() }, facts);
const ids = ({ steps }: Plan, from = 12): string[] => steps.map(({ id }) => id).slice(from);

test('images are saved and containers written down right before Docker stops, and loaded when it answers', (t) => {
  t.deepEqual(ids(setupPlan(situation())), [
    ...['save-images', 'list-containers', 'stop-docker', 'release-root', 'quiet-root', 'set-aside', 'daemon-json'],
    ...['start-docker', 'await-docker', 'load-images', 'compare-images', 'remove-archive'],
  ]);
});

test('it says what is kept and where, what is not, and how the containers were started', (t) => {
  const untagged = [
    { id: `sha256:${'ab'.repeat(32)}`, usedBy: [] },
    { id: `sha256:${'cd'.repeat(32)}`, usedBy: ['web', 'job'] },
    { id: `sha256:${'ef'.repeat(32)}`, usedBy: ['web'] },
  ];
  const { notes, endings, wayBack, steps } = setupPlan(situation(undefined, { untagged }));
  t.deepEqual(notes.at(-1), {
    heading: `Kept through ${KEPT_DIRECTORY}`,
    lines: [
      '1 image, about 1 MiB: busybox:latest',
      'how each container was started, in containers.txt and containers.json, which stay there',
      'not kept: image abababababab, which has no tag',
      'not kept: image cdcdcdcdcdcd, which has no tag, though web, job are made from it: docker tag keeps it',
      'not kept: image efefefefefef, which has no tag, though web is made from it: docker tag keeps it',
    ],
  });
  t.true(notes[1]?.lines.includes('1 image: busybox:latest (taken over)'));
  t.deepEqual(endings.done.split('\n').slice(1), [
    '1 image of before is there again, compared by tags, configs and layers.',
    `How its containers were started: ${KEPT_DIRECTORY}/containers.txt`,
  ]);
  t.is(wayBack.at(-1)?.kind, 'remove-kept');
  t.is(
    steps.find(({ id }) => id === 'list-containers')?.title,
    `Write down how 1 container was started, to ${KEPT_DIRECTORY}/containers.txt`,
  );
});

test('several are told as several; without containers, or without images, only the other is kept', (t) => {
  const tree = usedTree({ image: ['a:1', 'b:1'], containers: [container('web'), container('job')] });
  const plan = setupPlan(situation({ tree }));
  t.true(plan.steps.some(({ title }) => title.startsWith('Write down how 2 containers were started, to ')));
  t.regex(plan.endings.done, /\n2 images of before are there again/);
  const bare = setupPlan(situation({ tree: usedTree({ containers: [] }) }));
  t.false(ids(bare).includes('list-containers'));
  t.notRegex(bare.endings.done, /containers/);
  const noImages = setupPlan(situation({ tree: usedTree({ image: [] }) }));
  t.deepEqual(
    ids(noImages).filter((id) => id.includes('images') || id.includes('containers')),
    ['list-containers'],
  );
  t.deepEqual(setupPlan(situation({ tree: usedTree({ image: [], containers: [] }) })).notes.length, 3);
});

test('where nothing is moved there is nothing to keep, and that is told', (t) => {
  const { warnings, owns } = setupPlan(situation({ up: 'stopped' }));
  t.regex(warnings.join(), /no images to take over with --keep-images/);
  t.is(owns.docker?.images, undefined);
});

test('loop-lvm takes images along as well', (t) => {
  const { host, docker } = situation();
  const sizes = { dataSizeBytes: bytes(10n * GIB), metadataSizeBytes: bytes(GIB) };
  t.true(ready(planLoopSetup(host, sizes, docker)).steps.some(({ id }) => id === 'load-images'));
});

test('an archive that a cut-off run wrote to its end counts, as long as Docker has the same images still', (t) => {
  const first = situation();
  const plan = setupPlan(first);
  const saved = walk(first.host, plan.steps.slice(0, 13)).at(-1);
  const cut = worldOf(cutOff(saved ?? first.host, plan));
  t.false(ids(setupAgain(cut, first)).includes('save-images'));
  const [stopped] = [{ ...cut, daemon: null, docker: { ...cut.docker, info: null, containers: [] } }];
  const unasked = { ...stopped, keeping: keepFacts({ ...cut.keeping, images: null }) };
  t.false(setupAgain(unasked, first).steps.some(({ id }) => id === 'save-images' || id === 'list-containers'));
  // Of one that was cut off before it had saved anything, nobody but Docker knows what there was.
  const lost = { ...unasked, keeping: keepFacts({ images: null }) };
  t.throws(() => setupAgain(lost, first), { message: /images can only be saved by a Docker that runs/ });
  const empty = situation({ tree: usedTree({ image: [], containers: [] }) });
  const began = worldOf(cutOff(empty.host, setupPlan(empty)));
  const down = { ...began, daemon: null, docker: { ...began.docker, info: null }, keeping: keepFacts() };
  t.false(setupAgain(down, empty).steps.some(({ id }) => id.includes('images')));
  const more = {
    ...cut,
    keeping: keepFacts({ ...cut.keeping, images: [{ ...imageOf('new:1'), sizeBytes: bytes(1) }] }),
  };
  t.true(setupAgain(more, first).steps.some(({ id }) => id === 'save-images'));
});

test('on a host where all have arrived only the archive goes', (t) => {
  const first = situation();
  const plan = setupPlan(first);
  const end = carryOut(first.host, plan);
  const saved = walk(first.host, plan.steps.slice(0, 14)).at(-1)?.keeping ?? null;
  const cut = worldOf(cutOff({ ...end, keeping: saved, installed: [] }, plan));
  const seen = {
    ...cut,
    keeping: keepFacts({ ...saved, images: [{ ...imageOf('busybox:latest'), sizeBytes: bytes(1) }] }),
  };
  t.deepEqual(ids(setupAgain(seen, first), -2), ['await-docker', 'remove-archive']);
});

const image = (tags: readonly string[], diffIds: readonly string[], sizeBytes: bigint) => ({
  tags,
  diffIds,
  configDigest: null,
  sizeBytes: bytes(sizeBytes),
});

test('a layer counts once where it can be seen to be shared, and Docker’s own count is taken where it is less', (t) => {
  const base = image(['base:1'], ['a'], 100n * MIB);
  const first = image(['first:1'], ['a', 'b'], 110n * MIB);
  const same = image(['same:1'], ['a', 'b'], 110n * MIB);
  const alone = image(['alone:1'], ['c'], 5n * MIB);
  const odd = image(['odd:1'], ['a', 'd'], 90n * MIB);
  const sizeOf = (facts: Partial<KeepFacts>): bigint => estimate(keepFacts(facts)) / MIB;
  t.is(sizeOf({ images: [base, first, same, alone, odd] }), 115n);
  t.is(sizeOf({ images: [base, first], layersSizeBytes: bytes(50n * MIB) }), 50n);
  t.is(sizeOf({ images: [base, first], layersSizeBytes: bytes(500n * MIB) }), 110n);
  const third = image(['third:1'], ['a', 'b', 'e'], 111n * MIB);
  t.is(sizeOf({ images: [third, first, base] }), 111n);
  t.is(sizeOf({ images: null }), 0n);
});

test('images are compared by tags, layers, and configs where both stores know them', (t) => {
  const wanted: KeptImage = { tags: ['a:1', 'a:2'], configDigest: 'sha256:c', diffIds: ['x', 'y'] };
  t.true(holdsAll([wanted], [wanted]));
  t.true(holdsAll([{ ...wanted, configDigest: null }], [wanted]));
  t.true(holdsAll([wanted], [{ ...wanted, configDigest: null }]));
  t.false(holdsAll([{ ...wanted, configDigest: 'sha256:d' }], [wanted]));
  t.false(holdsAll([{ ...wanted, diffIds: ['x'] }], [wanted]));
  t.false(holdsAll([{ ...wanted, tags: ['a:1'] }], [wanted]));
  t.true(
    holdsAll(
      [
        { ...wanted, tags: ['a:1'] },
        { ...wanted, tags: ['a:2', 'a:3'] },
      ],
      [wanted],
    ),
  );
});

test('where nobody asked, no image is there; in words, a condition names tags', (t) => {
  const condition = { is: 'images-there', images: [imageOf('a:1'), imageOf('b:1')] } as const;
  t.false(holds(condition, blank));
  t.is(describeCondition(condition), 'images there (images a:1 b:1)');
  const host = { ...blank, keeping: keepFacts({ files: ['images.tar'] }) };
  t.false(holds(condition, host));
  t.false(holds({ is: 'images-saved', images: condition.images }, host));
  const saved = { ...blank, keeping: keepFacts({ archive: { images: condition.images } }) };
  t.true(holds({ is: 'images-saved', images: condition.images }, saved));
  t.true(holds({ is: 'some-kept', files: ['images.tar', 'other'] }, host));
  t.false(holds({ is: 'all-kept', files: ['images.tar', 'other'] }, host));
});
