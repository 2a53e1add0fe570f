import { Flags } from '@oclif/core';

/** How long another dmtool is waited for. */
export const LOCK_TIMEOUT = {
  helpValue: 'TIME',
  summary: 'How long to wait for another dmtool that is at work, like 60s [default: not at all].',
};

/** Flags of every command that changes something. */
export const changingFlags = {
  'dry-run': Flags.boolean({ summary: 'Print the commands as a shell script; change nothing.' }),
  yes: Flags.boolean({ char: 'y', summary: 'Agree beforehand: needed where there is no terminal to ask on.' }),
  'lock-timeout': Flags.string(LOCK_TIMEOUT),
};

/** For their help. */
export const CHANGING_EXIT_CODES =
  "Exit codes: 0 done, or nothing to do; 1 failed and undone; 2 wrong arguments; 3 refused, nothing changed; 4 partly done, manual work left; 5 a needed program is missing or its answer can't be read, or the system refused a file; 75 another dmtool is at work; 130 interrupted: nothing changed, or all undone.";
