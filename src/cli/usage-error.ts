import { Errors } from '@oclif/core';
import { EXIT } from './exit-codes.ts';

/** The arguments alone are wrong, whatever host it is. */
export class UsageError extends Errors.CLIError {
  constructor(message: string) {
    super(message, { exit: EXIT.usage });
  }
}
