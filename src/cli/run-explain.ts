import { CODES } from '../health/codes.ts';
import { renderCode, renderCodes } from '../report/explain.ts';
import type { Answer } from './base-command.ts';
import { EXIT } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

/**
 * `dmtool explain`: one code, or the list of them.
 * @throws UsageError
 */
export function runExplain(asked: string | undefined): Answer {
  if (asked === undefined) return { exitCode: EXIT.done, text: renderCodes(CODES), document: { codes: CODES } };
  const code = asked.toUpperCase();
  if (!isCode(code)) throw new UsageError(`there is no finding "${asked}"; dmtool explain lists them`);
  return { exitCode: EXIT.done, text: renderCode(code, CODES[code]), document: { codes: { [code]: CODES[code] } } };
}

const isCode = (code: string): code is keyof typeof CODES => Object.hasOwn(CODES, code);
