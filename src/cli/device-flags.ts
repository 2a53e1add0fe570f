import { Args, Flags } from '@oclif/core';
import { LOCK_TIMEOUT } from './changing-flags.ts';

/** Flags of every command about devices. */
export const lookFlags = {
  pool: Flags.string({
    helpValue: 'NAME',
    summary: "The pool, as dmsetup ls shows it [default: Docker's, or the only one].",
  }),
  root: Flags.string({
    helpValue: 'DIR',
    summary: "Docker's data root [default: where the daemon is told to have it].",
  }),
};

/** For those that tell how much is mapped. */
export const exactFlag = {
  exact: Flags.boolean({
    summary: "Ask the pool's metadata (thin_ls) how much of inactive devices is mapped; reserves them for that moment.",
  }),
  'lock-timeout': Flags.string({ ...LOCK_TIMEOUT, dependsOn: ['exact'] }),
};

/** Which device is meant. */
export const deviceArgument = Args.string({
  required: true,
  description: "Its number in the pool, Docker's name for it or a beginning of that, or its container's name.",
});

/** For the help of those that only look. */
export const LOOKING_EXIT_CODES =
  "Exit codes: 0 done; 2 wrong arguments; 3 this host says no; 5 a needed program is missing or its answer can't be read, or the system refused a file; 75 another dmtool is at work (--exact); 130 interrupted.";
