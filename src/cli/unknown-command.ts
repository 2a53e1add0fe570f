import { EXIT } from './exit-codes.ts';

/**
 * oclif answers an unknown command in words only: this one keeps the promise of a document with --json, too.
 * @returns whether there was something to answer
 */
export function answerUnknownCommand(argv: readonly string[], known: readonly string[]): boolean {
  const [id] = argv;
  if (id === undefined || id.startsWith('-') || known.includes(id)) return false;
  const message = `there is no command "${id}"`;
  const remedy = `the commands are ${known.join(', ')}; see dmtool --help`;
  const document = {
    version: 1,
    command: id,
    exitCode: EXIT.usage,
    outcome: 'error',
    error: { name: 'UsageError', message, remedy },
  };
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  else process.stderr.write(`dmtool: ${message}\n  -> ${remedy}\n`);
  process.exitCode = EXIT.usage;
  return true;
}
