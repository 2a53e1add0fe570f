import * as z from 'zod/mini';

/** A size, exactly. */
export const byteCount = z.int().check(z.nonnegative());

/** How every document begins. */
export const head = { version: z.literal(1), command: z.string(), exitCode: z.int() };
