import * as z from 'zod/mini';
import { byteCount, head } from './schema-parts.ts';

const id = z.int().check(z.nonnegative(), z.maximum(2 ** 24 - 1));

const container = z.strictObject({
  kind: z.enum(['container', 'container-init']),
  id: z.string(),
  name: z.nullable(z.string()),
  image: z.nullable(z.string()),
  running: z.boolean().check(z.describe('As Docker wrote it last.')),
});

const owner = z.union([
  z.strictObject({ kind: z.enum(['base', 'unknown']) }),
  container,
  z.strictObject({ kind: z.literal('layer'), chainId: z.string(), tags: z.array(z.string()) }),
]);

const active = z.strictObject({
  name: z.string().check(z.describe('Its device-mapper name.')),
  mappedBytes: z.nullable(byteCount).check(z.describe('null: the device has failed.')),
  mounts: z.array(
    z.strictObject({
      mountPoint: z.string(),
      filesystem: z.string(),
      pid: z.nullable(z.int()).check(z.describe('In whose view; null: in that of the host.')),
    }),
  ),
  byDmtool: z.boolean(),
});

const device = z.strictObject({
  id,
  name: z.nullable(z.string()).check(z.describe('A hash, HASH-init, or base; null: Docker does not know it.')),
  sizeBytes: z.nullable(byteCount).check(z.describe('null: the pool has it, and nobody says how large it is.')),
  mappedBytes: z.nullable(byteCount).check(z.describe('null: not known; --exact asks the metadata.')),
  transactionId: z.nullable(z.int()),
  deleted: z.boolean().check(z.describe('Docker only waits to remove it.')),
  active: z.array(active),
  owner,
});

/** What `device list` and `device show` print: show one device, list all of them, the fullest first. */
export const deviceList = z.strictObject({
  ...head,
  outcome: z.literal('done'),
  pool: z.nullable(z.string()).check(z.describe('null: the kernel does not run it.')),
  devices: z.array(device),
  notes: z.array(z.string()),
});
