// The one way into everything that is not the product: `node test/lab/bootstrap.js test|stories|long|crash|demo|check|bench|fixtures`. Plain
// JavaScript for any Node from 18 on and no packages, because it is what installs the packages and the right Node.
import { runCheck } from './bootstrap/check.js';
import { buildProduct, compileNatives } from './bootstrap/compile.js';
import { installModules } from './bootstrap/modules.js';
import { installCheckPrograms, installPrograms } from './bootstrap/programs.js';
import { runNode } from './bootstrap/spawn.js';
import { runCrash, runStories, runTests } from './bootstrap/tests.js';
import { makeTrees } from './bootstrap/trees.js';

const prepareLab = () => {
  installPrograms();
  installModules();
  buildProduct();
  compileNatives();
};

const prepareTests = () => {
  prepareLab();
  makeTrees();
};

const prepareCheck = () => {
  installCheckPrograms();
  installModules();
  buildProduct();
};

const script = (name) => (args) => runNode([`test/lab/${name}.ts`, ...args]);

/** @type {Record<string, {prepare: () => void, run: (args: string[]) => number | Promise<number>}>} */
const commands = {
  test: { prepare: prepareTests, run: runTests },
  stories: { prepare: prepareTests, run: runStories('stories') },
  long: { prepare: prepareTests, run: runStories('long') },
  crash: { prepare: prepareTests, run: runCrash },
  check: { prepare: prepareCheck, run: runCheck },
  demo: { prepare: prepareLab, run: script('demo') },
  bench: {
    prepare: prepareLab,
    run: (args) =>
      script('bench')(args) ||
      script('bench-devices')(args) ||
      script('bench-stall')(args) ||
      script('bench-status')(args),
  },
  fixtures: { prepare: prepareLab, run: script('fixtures') },
};

const [name, ...args] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  console.error(`usage: node test/lab/bootstrap.js ${Object.keys(commands).join('|')} [arguments]`);
  process.exitCode = 2;
} else {
  try {
    command.prepare();
    process.exitCode = await command.run(args);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
