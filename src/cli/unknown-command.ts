import { oneLine } from '../tools/printable.ts';
import { EXIT } from './exit-codes.ts';

/** What is asked of dmtool itself. */
const ABOUT_ITSELF = new Set(['--help', '-h', '--version', '-V']);

/**
 * oclif answers an unknown command in words only: this one keeps the promise of a document with --json, too.
 * @param known ids as oclif has them, like `setup` and `device:list`
 * @returns whether there was something to answer
 */
export function answerUnknownCommand(argv: readonly string[], known: readonly string[]): boolean {
  const [id, second] = argv;
  if (id === undefined || ABOUT_ITSELF.has(id) || known.includes(id)) return false;
  if (id.startsWith('-')) return say(argv, id, known);
  const below = known.filter((each) => each.startsWith(`${id}:`));
  if (below.length > 0 && (second === undefined || second.startsWith('-')))
    return argv.includes('--json') && say(argv, id, below);
  if (below.includes(`${id}:${second}`)) return false;
  return say(argv, below.length > 0 ? `${id} ${second}` : id, below.length > 0 ? below : known);
}

function say(argv: readonly string[], id: string, known: readonly string[]): true {
  const message = `there is no command "${id}"`;
  const remedy = `the commands are ${known.map((each) => each.replace(':', ' ')).join(', ')}; see dmtool --help`;
  const document = {
    version: 1,
    command: id,
    exitCode: EXIT.usage,
    outcome: 'error',
    error: { name: 'UsageError', message, remedy },
  };
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  else process.stderr.write(`dmtool: ${oneLine(message)}\n  -> ${remedy}\n`);
  process.exitCode = EXIT.usage;
  return true;
}
