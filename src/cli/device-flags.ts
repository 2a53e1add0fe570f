import { Flags } from '@oclif/core';

/** Flags of every command about devices. */
export const deviceFlags = {
  pool: Flags.string({
    helpValue: 'NAME',
    summary: "The pool, as dmsetup ls shows it [default: Docker's, or the only one].",
  }),
  root: Flags.string({ helpValue: 'DIR', summary: "Docker's data root [default: what the daemon is told]." }),
};
