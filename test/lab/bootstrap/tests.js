import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { sampleStories } from './sample.js';
import { announce, environment, repository } from './spawn.js';
import { createTapReader } from './tap.js';

const suites = [
  { config: 'test/lab/ava.pure.config.js', holds: (file) => !file.startsWith('test/e2e/') },
  { config: 'test/lab/ava.lab.config.js', holds: (file) => file.startsWith('test/e2e/') },
];

/** Runs one suite and adds to the count. What ava says by its exit code counts, even where no test says it. */
async function runSuite(config, args, reader) {
  const failedBefore = reader.count.failed;
  const ava = spawn('ava', ['--tap', '--config', config, ...args], {
    cwd: repository,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(ava, 'close');
  createInterface({ input: ava.stdout }).on('line', reader.readLine);
  const [code, signal] = await ended;
  if (code === 0) return;
  announce(`ava ended with ${code ?? signal} (${config})`);
  if (reader.count.failed === failedBefore) reader.count.failed += 1;
}

/** The pure tests, then the stories in guests; or only the files named, each in its own suite. */
export async function runTests(args) {
  const files = args.filter((word) => !word.startsWith('-')).map((word) => word.replace(/^\.\//, ''));
  const flags = args.filter((word) => word.startsWith('-'));
  const reader = createTapReader((line) => console.log(line));
  const sample = files.length === 0 ? sampleStories() : { files, leftOut: 0 };
  for (const { config, holds } of suites) {
    const own = sample.files.filter(holds);
    if (files.length === 0 || own.length > 0) await runSuite(config, [...flags, ...own], reader);
  }
  if (sample.leftOut > 0)
    console.log(`${sample.leftOut} stories of failures one by one are left to npm run test:crash`);
  const { passed, failed, skipped } = reader.count;
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
