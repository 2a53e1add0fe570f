// A coverage report is silent about what no test has loaded, and about a folder that is not there. Run
// by the pinned Node: uncovered.js FOLDER SUMMARY
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { resolve } from 'node:path';

/** Types alone leave nothing to run. */
function hasCode(path) {
  const code = stripTypeScriptTypes(readFileSync(path, 'utf8'));
  const rest = code
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/^import .*$/gm, '')
    .replace(/export \{\s*\};?/g, '');
  return /\S/.test(rest);
}

const [folder = '', summary = ''] = process.argv.slice(2);
const covered = new Set(Object.keys(JSON.parse(readFileSync(summary, 'utf8'))));
const files = globSync(`${folder}/**/*.ts`).filter(hasCode);
const missed = files.filter((path) => !covered.has(resolve(path)));
for (const path of missed) console.error(`${path}: no test loads it`);
if (files.length === 0) console.error(`${folder}: no code there`);
process.exitCode = files.length === 0 || missed.length > 0 ? 1 : 0;
