import test from 'ava';
import { kernelPoolOf } from '../../src/model/thin-pool.ts';
import { kernelPool } from '../plan/hosts.ts';

test("an LVM pool's target is found under its own name, or under -tpool once it has thin volumes", (t) => {
  const plain = kernelPool('docker-thinpool');
  const topped = kernelPool('my--vg-pool-tpool');
  t.is(kernelPoolOf([topped, plain], 'docker', 'thinpool'), plain);
  t.is(kernelPoolOf([topped, plain], 'my-vg', 'pool'), topped);
  t.is(kernelPoolOf([topped, plain], 'my', 'vg-pool'), undefined);
  t.is(kernelPoolOf([], 'docker', 'thinpool'), undefined);
});
