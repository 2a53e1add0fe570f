import test from 'ava';
import type { DockerFacts } from '../../src/model/docker.ts';
import { all, type Condition, holds, not } from '../../src/plan/condition.ts';
import { container, dockerFacts, usedTree, withDocker } from './docker-hosts.ts';
import { blankHost } from './hosts.ts';

const bare = blankHost([]);
const running = withDocker(bare, {
  tree: usedTree({ containers: [container('web'), container('off', { running: false })] }),
});
const stopped = withDocker(bare, { tree: usedTree(), up: 'stopped' });
const withFacts = (facts: Partial<DockerFacts>) => ({ ...bare, docker: dockerFacts(facts) });
const root = (facts: object) => withFacts({ dataRoot: { ...dockerFacts().dataRoot, ...facts } });

test('where there is no Docker nothing is said of it', (t) => {
  const conditions: Condition[] = [
    { is: 'docker-stopped' },
    { is: 'docker-answers' },
    { is: 'docker-failed' },
    { is: 'docker-info', name: 'Storage Driver', value: 'overlay2' },
    { is: 'containers-run', names: [] },
    { is: 'no-container-runs' },
    { is: 'set-aside', backup: '/x' },
    { is: 'volumes-aside', backup: '/x' },
    { is: 'data-root-empty' },
    { is: 'data-root-released' },
    { is: 'data-root-quiet' },
  ];
  for (const condition of conditions) t.false(holds(condition, bare), condition.is);
});

test('Docker is stopped when none of its services is up or on its way', (t) => {
  const states = (...all: readonly DockerFacts['services'][number]['state'][]) =>
    holds({ is: 'docker-stopped' }, withFacts({ services: all.map((state, n) => ({ name: `s${n}`, state })) }));
  t.true(states('stopped', 'failed'));
  t.false(states('stopped', 'starting'));
  t.false(states('running', 'stopped'));
});

test('Docker answers, or has failed', (t) => {
  t.true(holds({ is: 'docker-answers' }, running));
  t.false(holds({ is: 'docker-answers' }, stopped));
  t.true(holds({ is: 'docker-failed' }, withFacts({ services: [{ name: 'docker', state: 'failed' }] })));
  t.false(holds({ is: 'docker-failed' }, running));
});

test('what Docker says is compared under its name, and nothing is the same as not said', (t) => {
  const info = { driver: 'devicemapper', dataRoot: '/d', liveRestore: false, swarm: false };
  const host = withFacts({ info: { ...info, driverStatus: { 'Pool Name': 'p', 'Data Space Total': '10.2 GB' } } });
  const says = (name: string, value: string) => holds({ is: 'docker-info', name, value }, host);
  t.true(says('Storage Driver', 'devicemapper'));
  t.false(says('Storage Driver', 'overlay2'));
  t.true(says('Docker Root Dir', '/d'));
  t.false(says('Docker Root Dir', '/e'));
  t.true(says('Pool Name', 'p'));
  t.true(says('Data file', ''));
  t.false(says('Data file', '/dev/loop0'));
  t.true(says('Data Space Total', '10.2GB'));
  t.false(holds({ is: 'docker-info', name: 'Pool Name', value: '' }, stopped));
});

test('containers run by name, and none runs where none does', (t) => {
  t.true(holds({ is: 'containers-run', names: ['web'] }, running));
  t.false(holds({ is: 'containers-run', names: ['web', 'off'] }, running));
  t.false(holds({ is: 'no-container-runs' }, running));
  t.true(holds({ is: 'no-container-runs' }, stopped));
});

test('data are aside under just that name, with or without the volumes', (t) => {
  const host = root({
    backups: [
      { path: '/a.bk', hasVolumes: true, uses: [] },
      { path: '/b.bk', hasVolumes: false, uses: [] },
    ],
  });
  t.true(holds(all({ is: 'set-aside', backup: '/a.bk' }, { is: 'volumes-aside', backup: '/a.bk' }), host));
  t.true(holds(all({ is: 'set-aside', backup: '/b.bk' }, not({ is: 'volumes-aside', backup: '/b.bk' })), host));
  t.false(holds({ is: 'set-aside', backup: '/a.bk.partial' }, host));
  t.false(holds({ is: 'volumes-aside', backup: '/c.bk' }, host));
});

test('a data root is empty, released, or quiet', (t) => {
  t.true(holds({ is: 'data-root-empty' }, root({})));
  t.false(holds({ is: 'data-root-empty' }, root({ isEmpty: false })));
  t.true(holds({ is: 'data-root-released' }, root({ mounts: ['/m'] })));
  t.false(holds({ is: 'data-root-released' }, root({ selfMounts: ['/m'] })));
  t.true(holds({ is: 'data-root-quiet' }, root({})));
  t.false(holds({ is: 'data-root-quiet' }, root({ mounts: ['/m'] })));
  t.false(holds({ is: 'data-root-quiet' }, root({ selfMounts: ['/m'] })));
});
