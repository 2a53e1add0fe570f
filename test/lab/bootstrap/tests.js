import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { forgetMatrix, printMatrix } from './matrix.js';
import { storiesOf } from './sample.js';
import { announce, environment, repository } from './spawn.js';
import { createTapReader } from './tap.js';

const suites = [
  { config: 'test/lab/ava.pure.config.js', holds: (file) => !file.startsWith('test/e2e/') },
  { config: 'test/lab/ava.lab.config.js', holds: (file) => file.startsWith('test/e2e/') },
];

/** Runs one suite and adds to the count. What ava says by its exit code counts, even where no test says it. */
async function runSuite(config, args, reader, variables = {}) {
  const failedBefore = reader.count.failed;
  const ava = spawn('ava', ['--tap', '--config', config, ...args], {
    cwd: repository,
    env: { ...environment, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(ava, 'close');
  createInterface({ input: ava.stdout }).on('line', reader.readLine);
  const [code, signal] = await ended;
  if (code === 0) return;
  announce(`ava ended with ${code ?? signal} (${config})`);
  if (reader.count.failed === failedBefore) reader.count.failed += 1;
}

/** The last line of all tests. */
function tell({ passed, failed, skipped }) {
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

const createReader = () => createTapReader((line) => console.log(line));

/** The pure tests, then a sample of the stories in guests; or only the files named, each in its own suite. */
export async function runTests(args) {
  const files = args.filter((word) => !word.startsWith('-')).map((word) => word.replace(/^\.\//, ''));
  const flags = args.filter((word) => word.startsWith('-'));
  const reader = createReader();
  const sample = files.length === 0 ? storiesOf('test') : files;
  for (const { config, holds } of suites) {
    const own = sample.filter(holds);
    if (files.length === 0 || own.length > 0) await runSuite(config, [...flags, ...own], reader);
  }
  if (files.length === 0)
    console.log('more stories: npm run test:stories and test:long; failures one by one: npm run test:crash');
  return tell(reader.count);
}

/** The stories of a suite. */
export const runStories = (suite) => async (args) => {
  const reader = createReader();
  await runSuite('test/lab/ava.lab.config.js', [...args, ...storiesOf(suite)], reader);
  return tell(reader.count);
};

/** Every failure, kill and power cut, one by one; or those of the files named. What was struck is told as a table. */
export async function runCrash(args) {
  const reader = createReader();
  const files = args.length > 0 ? args : storiesOf('crash');
  forgetMatrix();
  await runSuite('test/lab/ava.lab.config.js', files, reader, { DMTOOL_CRASH: 'whole' });
  printMatrix();
  return tell(reader.count);
}
