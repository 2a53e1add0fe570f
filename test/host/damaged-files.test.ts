import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { probeSnapshotterRoot } from '../../src/host/containerd/snapshotter-root.ts';
import { imagesInArchive } from '../../src/host/docker/archive.ts';
import { parseFirstBlock } from '../../src/host/repair/superblock.ts';
import type { EffectiveConfig } from '../../src/model/containerd.ts';
import { METADATA_MAGIC, METADATA_MAGIC_OFFSET_BYTES } from '../../src/tools/raw-pools.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { damaged, oddNumber } from '../tools/damage.ts';
import { fill, folder } from './folder.ts';

/** Any change of some of its bytes, and its end cut off. */
const bent = (content: Buffer): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat({ max: content.length - 1 }), fc.nat({ max: 255 })), { maxLength: 20 }),
      fc.oneof(fc.constant(content.length), fc.nat({ max: content.length })),
    )
    .map(([changes, end]) => {
      const copy = Buffer.from(content);
      for (const [at, put] of changes) copy[at] = put;
      return copy.subarray(0, end);
    });

const readOrRefused = (read: () => unknown): void => {
  try {
    assert.equal(oddNumber(read()), undefined);
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    assert.ok(error instanceof UnreadableOutput, String((error as Error).stack));
  }
};

test('an archive that was damaged is read or called unreadable, and never without an end', (t) => {
  const root = folder(t);
  fill(root, {
    'layer.tar': 'x'.repeat(3000),
    'ab.json': JSON.stringify({ rootfs: { type: 'layers', diff_ids: ['sha256:aa'] } }),
    'manifest.json': JSON.stringify([{ Config: 'ab.json', RepoTags: ['box:1'], Layers: [] }]),
  });
  const names = ['layer.tar', 'manifest.json', 'ab.json'];
  const archive = spawnSync('tar', ['--create', '--format=pax', ...names], { cwd: root }).stdout;
  const path = join(folder(t), 'images.tar');
  const read = (content: Buffer | string): void => {
    writeFileSync(path, content);
    readOrRefused(() => imagesInArchive(path));
  };
  fc.assert(fc.property(bent(archive.subarray(0, 8192)), read), { numRuns: 300 });
  fc.assert(fc.property(damaged(archive.subarray(0, 8192).toString('latin1')), read), { numRuns: 100 });
  t.pass();
});

test('whatever stands in the first block of metadata, they are full or not', (t) => {
  const block = Buffer.alloc(4096);
  block.writeBigUInt64LE(METADATA_MAGIC, METADATA_MAGIC_OFFSET_BYTES);
  const count = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(fc.oneof(count, fc.constant(0n)), fc.oneof(count, fc.constant(0n)), (total, used) => {
      block.writeBigUInt64LE(total, 192);
      block.writeBigUInt64LE(used, 200);
      assert.equal(typeof parseFirstBlock(block).isFull, 'boolean');
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('whatever lies in the directory of a snapshotter, its pools are told', (t) => {
  const root = folder(t);
  const effective = { root: '/nowhere', snapshotter: { root_path: root } } as unknown as EffectiveConfig;
  fill(root, {
    'pool.db': 'x{"device_id":1}',
    'empty.db': '',
    'a directory.db/': '',
    'metadata.db': '{"device_id":1}',
  });
  t.deepEqual(probeSnapshotterRoot(effective), { path: root, isThere: true, poolNames: ['pool'] });
  fc.assert(
    fc.property(damaged('x{"device_id":1}'), (text) => {
      writeFileSync(join(root, 'pool.db'), text);
      assert.deepEqual(probeSnapshotterRoot(effective).poolNames, text.includes('{"device_id":') ? ['pool'] : []);
    }),
  );
});
