import test from 'ava';
import type { KeepFacts } from '../../src/model/keeping.ts';
import { planSetupWithDocker } from '../../src/plan/setup-docker.ts';
import { planLoopSetup } from '../../src/plan/setup-loop.ts';
import { bytes, GIB, MIB } from '../../src/units/quantity.ts';
import { dockerWish, type Scene, usedTree, withDocker } from './docker-hosts.ts';
import { carryOut, cutOff, setupPlan, walk } from './docker-runs.ts';
import type { DockerSituation } from './docker-situations.ts';
import { blankHost, disk, wish } from './hosts.ts';
import { keeping } from './keep-hosts.ts';
import { imageOf, KEPT_DIRECTORY, keepFacts } from './simulated/docker-images.ts';

const situation = (facts: Partial<KeepFacts> = {}, scene: Scene = { tree: usedTree() }): DockerSituation =>
  keeping(
    { host: withDocker(blankHost([disk('/dev/sdb', 10n * GIB)]), scene), intent: wish(), docker: dockerWish() },
    facts,
  );

/** With images of a certain size, whatever the simulated daemon says. */
function refused(
  { host, intent, docker }: DockerSituation,
  sizeBytes: bigint,
  digest: string | null = 'sha256:c',
): string[] {
  const images = [{ ...imageOf('a:1'), configDigest: digest, sizeBytes: bytes(sizeBytes) }];
  const seen = { ...host, keeping: keepFacts({ ...host.keeping, images }) };
  const planned = planSetupWithDocker(seen, intent, docker);
  return planned.kind === 'refused'
    ? planned.refusals.map(({ code, subject, reason }) => `${code} ${subject}: ${reason}`)
    : [];
}

test('room is needed for the archive, and where Docker gathers the layers first, for them', (t) => {
  const tight = situation({ freeBytes: bytes(200n * MIB) });
  t.deepEqual(refused(tight, 90n * MIB), []);
  const [both, ...others] = refused(tight, 91n * MIB);
  t.regex(
    both ?? '',
    /^no-room .*docker-thinpool: its filesystem has 200 MiB free, and .* together may take 202\.19 MiB$/,
  );
  t.deepEqual(others, []);
  t.deepEqual(refused(tight, 180n * MIB, null), []);
  t.is(refused(tight, 190n * MIB, null).length, 1);
});

test('on filesystems of their own each needs its room', (t) => {
  const apart = (archive: bigint, root: bigint) => {
    const { host, ...rest } = situation({ freeBytes: bytes(archive), sharesFilesystem: false });
    const dataRoot = { ...host.docker.dataRoot, freeBytes: bytes(root) };
    return { ...rest, host: { ...host, docker: { ...host.docker, dataRoot } } };
  };
  t.deepEqual(refused(apart(200n * MIB, 200n * MIB), 180n * MIB), []);
  const [archive, root] = refused(apart(100n * MIB, 100n * MIB), 100n * MIB);
  t.regex(
    archive ?? '',
    /^no-room \/var\/lib\/dmtool\/images\/docker-thinpool: .*100 MiB free, and the images' archive may take 111 MiB$/,
  );
  t.regex(
    root ?? '',
    /^no-room \/var\/lib\/docker: .* Docker's own copy of them while it is written may take 111 MiB$/,
  );
});

test('a pool that can not hold them, of either kind', (t) => {
  const { host, docker, intent } = situation();
  t.regex(
    refused({ host, docker, intent }, 20n * GIB).join(),
    /no-room \/dev\/mapper\/docker-thinpool: it holds 9\.\d+ GiB/,
  );
  const images = [{ ...imageOf('a:1'), sizeBytes: bytes(2n * GIB) }];
  const seen = { ...host, keeping: keepFacts({ images }) };
  const planned = planLoopSetup(seen, { dataSizeBytes: bytes(GIB), metadataSizeBytes: bytes(GIB) }, docker);
  t.like(planned, { kind: 'refused', refusals: { 0: { code: 'no-room', subject: 'loop-lvm' } } });
});

test('a directory that nothing can be put in', (t) => {
  const [refusal] = refused(situation({ problem: 'it is no directory' }), MIB);
  t.is(refusal, 'directory-unfit /var/lib/dmtool/images: it is no directory');
});

test('only a Docker that runs can be asked for its images', (t) => {
  const stopped = situation({}, { tree: usedTree(), up: 'stopped' });
  const reason = (situated: DockerSituation): string => {
    const planned = planSetupWithDocker(situated.host, situated.intent, situated.docker);
    return planned.kind === 'refused' ? planned.refusals.map(({ code, reason }) => `${code}: ${reason}`).join() : '';
  };
  t.is(reason(stopped), 'docker-stopped: it does not run: images can only be saved by a Docker that runs');
  const { host, ...rest } = situation();
  const silent = { ...host, docker: { ...host.docker, info: null }, keeping: keepFacts() };
  t.regex(reason({ ...rest, host: silent }), /docker-stopped: it does not answer: /);
});

test('an archive that can not be read any more is not taken for an empty one', (t) => {
  const first = situation();
  const plan = setupPlan(first);
  const aside = plan.steps.findIndex(({ id }) => id === 'set-aside') + 1;
  const cut = cutOff(walk(first.host, plan.steps.slice(0, aside)).at(-1) ?? first.host, plan);
  const torn = { ...cut, keeping: keepFacts({ ...cut.keeping, archive: { images: null } }) };
  const planned = planSetupWithDocker(torn, first.intent, first.docker);
  t.like(planned, {
    kind: 'refused',
    refusals: { 0: { code: 'archive-unreadable', subject: `${KEPT_DIRECTORY}/images.tar` } },
  });
  const bare = { ...cut, keeping: keepFacts({ ...cut.keeping, files: ['images.tar'], archive: null }) };
  t.is(planSetupWithDocker(bare, first.intent, first.docker).kind, 'refused');
  t.is(planSetupWithDocker(carryOut(first.host, plan), first.intent, first.docker).kind, 'ready');
});
