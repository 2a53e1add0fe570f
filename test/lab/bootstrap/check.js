import { existsSync, rmSync } from 'node:fs';
import { announce, repository, run, runNode } from './spawn.js';

/** Pure code, where nothing can be hard to test: every line and branch of it is. */
const coveredRooms = ['units', 'model', 'tools', 'engines', 'health', 'plan'];

const coverage = ['--temp-directory', '.lab/coverage'];

function checkRoom(room) {
  const reports = `.lab/coverage-report/${room}`;
  const limits = ['--check-coverage', '--lines', '100', '--branches', '100'];
  const reporters = ['--skip-full', '--reporter', 'text', '--reporter', 'json-summary', '--reports-dir', reports];
  const status = run('c8', ['report', ...coverage, ...limits, ...reporters, '--include', `src/${room}/**`]);
  return status === 0
    ? runNode([
        '--disable-warning=ExperimentalWarning',
        'test/lab/bootstrap/uncovered.js',
        `src/${room}`,
        `${reports}/coverage-summary.json`,
      ])
    : status;
}

function checkCoverage() {
  rmSync(`${repository}/.lab/coverage`, { recursive: true, force: true });
  const ava = ['ava', '--config', 'test/lab/ava.pure.config.js'];
  const tests = run('c8', [...coverage, '--reporter', 'none', '--include', 'src/**', ...ava]);
  const rooms = coveredRooms.filter((room) => existsSync(`${repository}/src/${room}`));
  if (rooms.length === 0) announce(`none of src/{${coveredRooms.join(',')}} is there`);
  const failed = rooms.filter((room) => checkRoom(room) !== 0);
  for (const room of failed) announce(`src/${room} is not covered in full`);
  return tests === 0 && rooms.length > 0 && failed.length === 0 ? 0 : 1;
}

const checks = [
  { name: 'biome', run: () => run('biome', ['ci', '--colors=off', '--error-on-warnings', '.']) },
  { name: 'tsc', run: () => run('tsc', ['-p', 'test']) },
  { name: 'knip', run: () => run('knip', ['--no-progress']) },
  { name: 'coverage', run: checkCoverage },
];

/** Runs every check, so that one failure does not hide another. */
export function runCheck() {
  const failed = checks.filter((check) => {
    announce(check.name);
    return check.run() !== 0;
  });
  for (const { name } of failed) console.log(`✘ ${name}`);
  console.log(`${checks.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}
