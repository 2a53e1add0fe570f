import test from 'ava';
import { isPoolCalled } from '../../src/model/pool-names.ts';

test('a pool goes by all its names, and by no part of them', (t) => {
  for (const asked of [
    'docker/thinpool',
    'thinpool',
    'docker-thinpool',
    '/dev/docker/thinpool',
    '/dev/mapper/docker-thinpool',
  ])
    for (const kernelName of ['docker-thinpool', 'docker-thinpool-tpool'])
      t.true(isPoolCalled(kernelName, asked), asked);
  t.true(isPoolCalled('docker-thinpool-tpool', 'docker-thinpool-tpool'));
  for (const asked of ['docker', 'pool', 'docker/thin', 'docker/docker-thinpool', ''])
    t.false(isPoolCalled('docker-thinpool', asked), asked);
});

test('hyphens inside the names are told apart from the one between them', (t) => {
  t.true(isPoolCalled('my--vg-thin--pool', 'my-vg/thin-pool'));
  t.true(isPoolCalled('my--vg-thin--pool', 'thin-pool'));
  t.false(isPoolCalled('my--vg-thin--pool', 'my--vg/thin--pool'));
});

test('a name that is none of LVM’s is taken whole', (t) => {
  for (const name of ['docker-8:1-131-pool', 'devpool']) {
    t.true(isPoolCalled(name, name));
    t.false(isPoolCalled(name, 'pool'));
  }
});
