import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { announce, must, repository } from './spawn.js';
import { hashFiles, unlessDone } from './stamp.js';

const nativeDirectory = `${repository}/test/lab/native`;
const outputDirectory = `${repository}/.lab`;

const natives = [
  { name: 'init', flags: ['-static'], sources: ['init.c', 'overlay.c', 'filesystems.c', 'agent.c', 'jobs.c'] },
  { name: 'keeper', flags: [], sources: ['keeper.c'] },
  { name: 'ptrace-shim.so', flags: ['-shared', '-fPIC'], sources: ['ptrace-shim.c'] },
];

/** Builds dist anew: the stories run the built product, and a stale one would run old code and say nothing. */
export function buildProduct() {
  rmSync(`${repository}/dist`, { recursive: true, force: true });
  must('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 2, 2] });
}

/** Compiles the guest's first process, its keeper and the shim, if a source has changed. */
export function compileNatives() {
  if (process.env.DMTOOL_LAB === 'host') return;
  mkdirSync(outputDirectory, { recursive: true });
  const sources = readdirSync(nativeDirectory).sort();
  const input = hashFiles([...sources.map((name) => `${nativeDirectory}/${name}`), fileURLToPath(import.meta.url)]);
  unlessDone(`${outputDirectory}/natives-hash`, input, () => {
    announce('compiling the guest’s first process (.lab/)');
    for (const { name, flags, sources: own } of natives) {
      const files = own.map((file) => `${nativeDirectory}/${file}`);
      must('gcc', ['-O2', '-Wall', '-Wextra', '-Werror', ...flags, '-o', `${outputDirectory}/${name}`, ...files]);
    }
  });
}
