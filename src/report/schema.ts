import * as z from 'zod/mini';
import { deviceList } from './device-schema.ts';
import { byteCount, head } from './schema-parts.ts';

const percent = z.number().check(z.minimum(0), z.maximum(100));

const errorDocument = z.strictObject({
  ...head,
  outcome: z.literal('error'),
  error: z.strictObject({ name: z.string(), message: z.string(), remedy: z.nullable(z.string()) }),
});

const poolSummary = z.strictObject({
  vg: z.string(),
  pool: z.string(),
  device: z.string(),
  vgSizeBytes: byteCount,
  dataSizeBytes: byteCount,
  metadataSizeBytes: byteCount,
  freeBytes: byteCount,
  chunkSizeBytes: byteCount,
  profilePath: z.string(),
  autoextend: z.strictObject({
    thresholdPercent: percent,
    stepPercent: percent,
    times: z.int().check(z.nonnegative()),
    firstStepBytes: byteCount,
    totalBytes: byteCount,
  }),
});

const plan = {
  pool: z.nullable(poolSummary).check(z.describe('null: the run makes no pool of its own.')),
  warnings: z.array(z.string()),
  notes: z
    .array(z.strictObject({ heading: z.string(), lines: z.array(z.string()) }))
    .check(
      z.describe('What the operator is told before agreeing: containers that stop, data that is moved, settings.'),
    ),
  steps: z.array(
    z.strictObject({ id: z.string(), title: z.string(), destroys: z.nullable(z.string()), command: z.string() }),
  ),
  undo: z.nullable(z.string()).check(z.describe('The command that takes a finished run back.')),
};

const refused = z.strictObject({
  ...head,
  outcome: z.literal('refused'),
  refusals: z.array(z.strictObject({ code: z.string(), subject: z.string(), reason: z.string(), remedy: z.string() })),
});

const planned = z.strictObject({
  ...head,
  outcome: z.enum(['planned', 'nothing-to-do', 'declined', 'changed-meanwhile', 'done']),
  ...plan,
});

const failed = z.strictObject({
  ...head,
  outcome: z.enum(['undone', 'partly-done']),
  failure: z.strictObject({
    kind: z.enum(['step-failed', 'not-seen', 'unreadable', 'interrupted']),
    message: z.string(),
    step: z.nullable(z.string()),
    command: z.nullable(z.string()),
    stderr: z.nullable(z.string()),
    expected: z.nullable(z.string()),
    destroyed: z.array(z.string()),
    leftovers: z.array(z.strictObject({ step: z.string(), remove: z.string(), message: z.nullable(z.string()) })),
  }),
  ...plan,
});

const usage = z
  .nullable(z.strictObject({ usedBytes: byteCount, totalBytes: byteCount, usedPercent: percent }))
  .check(z.describe('null: the kernel does not say, because the pool is not running.'));

const rule = z.strictObject({ thresholdPercent: percent, stepPercent: percent });

const outlook = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('can'), rule, times: z.int().check(z.positive()), totalBytes: byteCount }),
  z.strictObject({ kind: z.literal('no-room'), rule, stepBytes: byteCount }),
  z.strictObject({ kind: z.literal('not-watched'), rule }),
  z.strictObject({ kind: z.literal('profile-unread'), profile: z.string() }),
  z.strictObject({ kind: z.literal('off') }),
]);

const findings = z.array(
  z.strictObject({
    code: z.string(),
    state: z.enum(['INFO', 'WARNING', 'UNKNOWN', 'CRITICAL']),
    pool: z.string(),
    text: z.string(),
    remedy: z.string().check(z.describe('A command.')),
    facts: z.record(z.string(), z.nullable(z.union([z.string(), z.number()]))),
  }),
);

const status = z.strictObject({
  ...head,
  state: z.enum(['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']),
  pools: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['lvm', 'loop', 'raw']),
      device: z.string(),
      mode: z.enum(['rw', 'ro', 'out_of_data_space', 'fail', 'error', 'unreadable', 'inactive']),
      needsCheck: z.boolean(),
      suspended: z.boolean(),
      isLostToLvm: z.boolean(),
      data: usage,
      metadata: usage,
      chunkSizeBytes: z.nullable(byteCount),
      vg: z
        .nullable(
          z.strictObject({ name: z.string(), sizeBytes: byteCount, freeBytes: byteCount, freePercent: percent }),
        )
        .check(z.describe("null: not LVM's.")),
      outlook: z.nullable(outlook).check(z.describe("What LVM's auto-extension can do for it; null: not LVM's.")),
      waterMark: z.nullable(z.strictObject({ blocks: byteCount, wantedBlocks: byteCount, fits: z.boolean() })),
      devices: z.array(z.string()),
      files: z.array(
        z.strictObject({
          path: z.string(),
          sizeBytes: byteCount,
          allocatedBytes: byteCount,
          freeBytes: byteCount,
          totalBytes: byteCount,
        }),
      ),
      profile: z.nullable(z.string()),
      isOurs: z.boolean(),
      engine: z.nullable(z.enum(['Docker', 'containerd', 'LVM'])),
      minimumFreePercent: z.nullable(percent),
      shortage: z.nullable(
        z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('waits'), secondsLeft: z.nullable(z.int().check(z.nonnegative())) }),
          z.strictObject({ kind: z.literal('fails'), waitedBefore: z.boolean() }),
        ]),
      ),
      cause: z.nullable(z.string()).check(z.describe("The kernel's last word on why it is not well.")),
      discards: z.nullable(z.enum(['ignored', 'kept', 'passed down'])),
    }),
  ),
  notes: z.array(z.string()),
  findings,
});

const filesystems = z.array(
  z.strictObject({
    name: z.string(),
    verdict: z.enum(['sound', 'damaged', 'unclear', 'unchecked', 'none', 'lost']),
    detail: z.string(),
  }),
);

/** A repair that came to the filesystems, whether all of it went well or not. */
const repaired = z.union([
  z.strictObject({ ...planned.shape, filesystems }),
  z.strictObject({ ...failed.shape, filesystems }),
]);

/** What `doctor --fix` has done, and what it has left. */
const mended = z.strictObject({ ...planned.shape, findings });

const explained = z.strictObject({
  ...head,
  codes: z.record(
    z.string(),
    z.strictObject({
      title: z.string(),
      meaning: z.string(),
      seen: z.string(),
      remedy: z.string(),
      otherwise: z.string(),
    }),
  ),
});

/** What each command prints with --json: exactly one of these. */
export const DOCUMENTS = {
  setup: z.union([planned, refused, failed, errorDocument]),
  activate: z.union([planned, refused, failed, errorDocument]),
  adopt: z.union([planned, refused, failed, errorDocument]),
  repair: z.union([planned, repaired, refused, failed, errorDocument]),
  resize: z.union([planned, refused, failed, errorDocument]),
  teardown: z.union([planned, refused, failed, errorDocument]),
  cleanup: z.union([planned, refused, failed, errorDocument]),
  'device list': z.union([deviceList, refused, errorDocument]),
  'device show': z.union([deviceList, refused, errorDocument]),
  'device mount': z.union([planned, refused, failed, errorDocument]),
  'device unmount': z.union([planned, refused, failed, errorDocument]),
  doctor: z.union([status, planned, mended, refused, failed, errorDocument]),
  explain: z.union([explained, errorDocument]),
  status: z.union([status, errorDocument]),
} as const;

/** The JSON Schema (draft 2020-12) of what a command prints with --json. */
export const jsonSchema = (command: keyof typeof DOCUMENTS): unknown => z.toJSONSchema(DOCUMENTS[command]);
