import test from 'ava';
import { choosePool, configuredPool, minimumFreePercent } from '../../../src/engines/docker/pool-of.ts';
import { kernelPool } from '../../plan/hosts.ts';

const names = { asked: null, configured: null, loop: null };
const [one, other] = [kernelPool('docker-thinpool'), kernelPool('docker-8:1-123-pool')];

test('the pool that Docker is told to use stands in daemon.json or in a flag', (t) => {
  const config = (content: string | null) => configuredPool({ content }, []);
  t.is(config('{"storage-opts":["dm.fs=xfs","dm.thinpooldev=/dev/mapper/a-b"]}'), 'a-b');
  t.is(config('{"storage-opts":["dm.thinpooldev=a-b"]}'), 'a-b');
  for (const content of [null, '', '{', '{}', '{"storage-opts":["dm.thinpooldev="]}', '{"storage-opts":[]}'])
    t.is(config(content), null, String(content));
  // Of a device Docker makes a pool that always has the same name.
  t.is(config('{"storage-opts":["dm.directlvm_device=/dev/sdb"]}'), 'docker-thinpool');
  t.is(config('{"storage-opts":["dm.directlvm_device="]}'), null);
  t.is(config('{"storage-opts":["dm.directlvm_device=/dev/sdb","dm.thinpooldev=a-b"]}'), 'a-b');
  const words = ['dockerd', '--storage-opt', 'dm.thinpooldev=/dev/mapper/c-d', ''].join('\0');
  t.is(configuredPool({ content: null }, [{ path: '/proc/1/cmdline', kind: 'process', content: words }]), 'c-d');
});

test('the pool that is named counts, then the one that Docker knows, then the only one', (t) => {
  const all = [one, other];
  t.deepEqual(choosePool(all, { ...names, asked: other.name, configured: one.name }), { kind: 'found', pool: other });
  t.deepEqual(choosePool(all, { ...names, configured: one.name, loop: other.name }), { kind: 'found', pool: one });
  t.deepEqual(choosePool(all, { ...names, loop: other.name }), { kind: 'found', pool: other });
  t.deepEqual(choosePool([one], names), { kind: 'found', pool: one });
  t.deepEqual(choosePool([one], { ...names, loop: 'gone' }), { kind: 'found', pool: one });
  const below = kernelPool('docker-thinpool-tpool');
  t.deepEqual(choosePool([other, below], { ...names, configured: 'docker-thinpool' }), { kind: 'found', pool: below });
});

test('another pool is never taken for one that is meant and not there', (t) => {
  t.deepEqual(choosePool([one], { ...names, asked: 'gone' }), { kind: 'absent', name: 'gone' });
  t.deepEqual(choosePool([one], { ...names, configured: 'gone' }), { kind: 'absent', name: 'gone' });
  t.deepEqual(choosePool([], { ...names, loop: 'l' }), { kind: 'absent', name: 'l' });
  t.deepEqual(choosePool([one, other], names), { kind: 'ambiguous', names: [one.name, other.name] });
});

test('Docker keeps 10 % free unless it is told otherwise', (t) => {
  const minimum = (content: string | null) => minimumFreePercent({ content }, []);
  t.is(minimum(null), 10);
  t.is(minimum('{"storage-opts":["dm.min_free_space=5%"]}'), 5);
  t.is(minimum('{"storage-opts":["dm.min_free_space=0%"]}'), 0);
  t.is(minimum('{"storage-opts":["dm.min_free_space=x"]}'), 10);
});
