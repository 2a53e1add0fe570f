// Loaded into dmtool before its own code (node --import): every change that it makes passes here, a program or a call of
// node:fs, and one of them meets a fault. No program is replaced, so that udev and systemd go on with their own.
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isChange, nameOfCall } from './calls.ts';

/** What becomes of the call of that name; `record` writes down the names of all. */
type Rule =
  | { readonly kind: 'record'; readonly file: string }
  | { readonly kind: 'fail'; readonly call: string }
  | { readonly kind: 'hang'; readonly call: string; readonly pipes: string };

const rule: Rule = JSON.parse(process.env['LAB_FAULT'] ?? '');
const { appendFileSync, writeFileSync, readFileSync } = fs;
const seen = new Map<string, number>();
let isMet = false;

/** Whether this change is the one; each is counted under its name. */
function meets(text: string): boolean {
  const count = (seen.get(text) ?? 0) + 1;
  seen.set(text, count);
  const name = nameOfCall(text, count);
  if (rule.kind === 'record') appendFileSync(rule.file, `${name}\n`);
  if (rule.kind === 'record' || isMet || rule.call !== name) return false;
  isMet = true;
  return true;
}

/** A program that fails has done nothing; one that hangs has done its work. Its shell waits at a pipe for somebody. */
function spoil(command: string): string {
  if (rule.kind === 'fail') return '{ echo "failed by the lab" >&2; (exit 5); }';
  const { pipes } = rule as Extract<Rule, { kind: 'hang' }>;
  return `{ ${command}; status=$?; echo met > ${pipes}/reached; read -r go < ${pipes}/release; (exit $status); }`;
}

/** The launcher's line: a command, then its redirections (src/host/launcher.ts). */
const LINE = /^(?<command>.*) (?<rest><\/dev\/null [^\n]*\necho "\$\?" >&\d\n)$/s;

function passLine(line: string): string {
  const { command, rest } = LINE.exec(line)?.groups ?? {};
  if (command === undefined || !isChange(command) || !meets(command)) return line;
  return `${spoil(command)} ${rest}`;
}

const { spawn } = childProcess;
childProcess.spawn = ((...args: Parameters<typeof spawn>) => {
  const child = spawn(...args);
  const { stdin } = child;
  if (stdin === null) return child;
  const write = stdin.write.bind(stdin) as (chunk: unknown, ...rest: unknown[]) => boolean;
  stdin.write = ((chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? passLine(chunk) : chunk, ...rest)) as typeof stdin.write;
  return child;
}) as typeof spawn;

for (const call of ['renameSync', 'rmSync', 'rmdirSync'] as const) {
  const real = fs[call] as (...args: unknown[]) => unknown;
  const passed = (...args: unknown[]): unknown => {
    const paths = args.filter((each) => typeof each === 'string');
    const [first = ''] = paths;
    // What lies in memory is nobody's but the run's.
    if (
      /^\/(run|tmp)\//.test(first) ||
      !fs.existsSync(first) ||
      !meets(`${call.replace('Sync', '')} ${paths.join(' ')}`)
    )
      return real(...args);
    if (rule.kind === 'fail') throw Object.assign(new Error('EIO: by the lab'), { code: 'EIO' });
    const result = real(...args);
    const { pipes } = rule as Extract<Rule, { kind: 'hang' }>;
    // Opening a pipe waits for the other end.
    writeFileSync(`${pipes}/reached`, 'met\n');
    readFileSync(`${pipes}/release`);
    return result;
  };
  Object.assign(fs, { [call]: passed });
}
syncBuiltinESMExports();
