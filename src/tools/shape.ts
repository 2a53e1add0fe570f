import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { UnreadableOutput } from './unreadable.ts';

// The small form of zod has no words of its own.
z.config(en());

/** A whole number as text, of 64 bits at most: what is longer, no program means. */
export const wholeNumber = z.string().check(z.regex(/^\d{1,20}$/));

/**
 * Checks that something read has the shape it must have.
 * @param source who wrote it
 * @param text what was read, for the message
 * @throws UnreadableOutput
 */
export function checkShape<Shape extends z.ZodMiniType>(
  source: string,
  text: string,
  shape: Shape,
  value: unknown,
): z.output<Shape> {
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw new UnreadableOutput(source, z.prettifyError(parsed.error), text);
  return parsed.data;
}

/**
 * Reads a program's answer in JSON.
 * @throws UnreadableOutput when it is no JSON, or not of that shape
 */
export const parseJson = <Shape extends z.ZodMiniType>(source: string, text: string, shape: Shape): z.output<Shape> =>
  checkShape(source, text, shape, jsonValue(text));

function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
