import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The top of the repository, where every program is started. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** The Node that the project pins, whichever one started this. */
export const pinnedNode = `${repository}/node_modules/node/bin/node`;

/** The project's own programs come first, and administrators' programs are found whoever runs this. */
export const environment = {
  ...process.env,
  PATH: `${repository}/node_modules/node/bin:${repository}/node_modules/.bin:${process.env.PATH}:/usr/sbin:/sbin`,
};

/** One line for everything that takes time or changes the machine. */
export function announce(text) {
  console.error(`lab: ${text}`);
}

/** Runs a program in the repository. The exit code is a shell's: 128 + n for a signal, 127 for a missing program. */
export function run(program, args, options = {}) {
  const { status, signal, error } = spawnSync(program, args, {
    cwd: repository,
    env: environment,
    stdio: 'inherit',
    ...options,
  });
  if (error !== undefined) announce(`${program}: ${error.message}`);
  if (error !== undefined) return 127;
  return signal === null ? status : 128 + constants.signals[signal];
}

export function runNode(args) {
  return run(pinnedNode, args);
}

/** Runs a program that has to succeed before anything else makes sense. */
export function must(program, args, options) {
  const status = run(program, args, options);
  if (status !== 0) throw new Error(`lab: ${[program, ...args].join(' ')} failed: exit ${status}`);
}

/** What a program prints, or '' where it is missing or fails: for questions whose answer may be no. */
export function ask(program, args) {
  const { stdout, error } = spawnSync(program, args, { env: environment, encoding: 'utf8' });
  return error === undefined ? stdout : '';
}
