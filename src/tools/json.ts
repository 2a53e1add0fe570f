import * as z from 'zod';
import { UnreadableOutput } from './unreadable.ts';

/**
 * Reads a program's answer in JSON.
 * @throws UnreadableOutput when it is no JSON, or not of that shape
 */
export function parseJson<Shape extends z.ZodType>(program: string, text: string, shape: Shape): z.output<Shape> {
  const parsed = shape.safeParse(jsonValue(text));
  if (!parsed.success) throw new UnreadableOutput(program, z.prettifyError(parsed.error), text);
  return parsed.data;
}

function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
