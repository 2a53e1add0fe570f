// Loaded into dmtool before its own code (node --import): one call of node:fs meets a fault. What dmtool does to files it
// does by itself, and there is no program that could be replaced.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** The first call with these arguments; `hang` tells it through one pipe and waits for another. */
interface Rule {
  readonly call: 'renameSync' | 'mkdirSync' | 'rmSync' | 'rmdirSync';
  readonly args: readonly string[];
  readonly mode: 'before' | 'after';
  readonly kind: 'fail' | 'hang';
  readonly pipes: string;
}

const rule: Rule = JSON.parse(process.env['LAB_FILE_FAULT'] ?? '');
const real = fs[rule.call] as (...args: unknown[]) => unknown;
let isMet = false;

const meets = (args: readonly unknown[]): boolean => !isMet && rule.args.every((each, index) => args[index] === each);

function fault(...args: unknown[]): unknown {
  if (!meets(args)) return real(...args);
  isMet = true;
  const result = rule.mode === 'after' ? real(...args) : undefined;
  if (rule.kind === 'fail') throw Object.assign(new Error('EIO: by the lab'), { code: 'EIO' });
  // Opening a pipe waits for the other end.
  fs.writeFileSync(`${rule.pipes}/reached`, 'met\n');
  fs.readFileSync(`${rule.pipes}/release`);
  return rule.mode === 'after' ? result : real(...args);
}

Object.assign(fs, { [rule.call]: fault });
syncBuiltinESMExports();
