import test from 'ava';
import { provisionIntent } from '../../src/cli/provision-intent.ts';
import { UsageError } from '../../src/cli/usage-error.ts';

type Flags = Parameters<typeof provisionIntent>[0];

const plain: Flags = {
  device: ['/dev/sdb'],
  pool: 'thinpool',
  engine: 'docker',
  headroom: false,
  wipe: false,
  'carry-volumes': false,
  'keep-images': false,
  'set-swarm-aside': false,
  'start-deadline': '120s',
};
const read = (flags: Partial<Flags> = {}) => provisionIntent({ ...plain, ...flags });

test('a device alone is enough: the rest is left to the planner', (t) => {
  t.deepEqual(read().pool, { wipe: false });
  t.deepEqual(read().docker.storageOptions, []);
});

test('every flag that Docker has an option for arrives', (t) => {
  const { pool, docker } = read({
    ...{ 'data-percent': '90%', 'metadata-percent': '2', 'autoextend-threshold': '70', 'autoextend-percent': '5' },
    ...{ wipe: true, 'min-free-space': '15', 'storage-opt': ['dm.mountopt=nodiscard'] },
  });
  t.deepEqual(pool, {
    percents: { data: 90, metadata: 2 },
    autoextendThreshold: 70,
    autoextendPercent: 5,
    wipe: true,
  });
  t.deepEqual(
    docker.storageOptions.map(({ name }) => name),
    ['dm.min_free_space', 'dm.mountopt'],
  );
});

const wrong: readonly [Partial<Flags>, RegExp][] = [
  [{ device: undefined }, /name the disk with --device$/],
  [{ device: [''] }, /--device is empty/],
  [{ device: ['/dev/sdb', '/dev/sdc'] }, /takes one --device: .* dmtool resize --device \/dev\/sdc adds/],
  [{ 'data-size': '10G' }, /--data-size does not go with .*: --data-percent/],
  [{ 'metadata-size': '1G' }, /--metadata-size does not go with .*: --metadata-percent/],
  [{ 'chunk-size': '1M' }, /--chunk-size .* chunks of 512K/],
  [{ headroom: true }, /--headroom .* a smaller --data-percent/],
  [{ vg: 'docker' }, /--vg .* Docker calls its VG docker/],
  [{ pool: 'other' }, /--pool .* Docker calls its pool thinpool/],
  [{ loop: '2G' }, /--loop .* a way of its own/],
  [{ engine: 'none' }, /it needs --engine docker/],
  [{ 'data-percent': '90' }, /--data-percent: Docker takes both or neither: give --metadata-percent too/],
  [{ 'metadata-percent': '1' }, /--metadata-percent: Docker takes both or neither: give --data-percent too/],
  [{ 'data-percent': '90.5', 'metadata-percent': '1' }, /--data-percent "90.5": Docker takes a whole percentage/],
  [{ 'data-percent': '100', 'metadata-percent': '1' }, /from 1 to 99/],
  [{ 'data-percent': '90', 'metadata-percent': '0' }, /--metadata-percent "0": .* from 1 to 99/],
  [{ 'data-percent': '90', 'metadata-percent': '11' }, /are 101 in all, more than 100/],
  [{ 'autoextend-threshold': '40' }, /--autoextend-threshold "40"/],
  [{ 'autoextend-percent': '0' }, /--autoextend-percent "0"/],
  [{ 'storage-opt': ['dm.thinpooldev=x'] }, /does not go with --provisioner docker/],
  [{ 'storage-opt': ['dm.thinp_percent=90%'] }, /a flag of its own: --data-percent/],
];

test('what Docker decides by itself, and what it would refuse, is a usage error that names the right flag', (t) => {
  for (const [flags, message] of wrong) {
    t.throws(() => read(flags), { instanceOf: UsageError, message }, JSON.stringify(flags));
  }
  t.deepEqual(read({ 'data-percent': '99', 'metadata-percent': '1' }).pool.percents, { data: 99, metadata: 1 });
});
