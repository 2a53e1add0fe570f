import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { repository } from './spawn.js';

/** What each test of the matrix leaves (test/e2e/matrix/table.ts). */
const directory = `${repository}/.lab/matrix`;

export const forgetMatrix = () => rmSync(directory, { recursive: true, force: true });

const readCells = () =>
  existsSync(directory)
    ? readdirSync(directory)
        .sort()
        .flatMap((name) => JSON.parse(readFileSync(`${directory}/${name}`, 'utf8')))
    : [];

/** Each command with its changes, and how each of them ended; then the counts, as README has them. */
export function printMatrix() {
  const cells = readCells();
  const kinds = [...new Set(cells.map(({ kind }) => kind))];
  for (const { command, kind, change, end } of cells) console.log(`${command} | ${kind} | ${change} | ${end}`);
  console.log(`\n| command | ${kinds.join(' | ')} |\n|---|${'---|'.repeat(kinds.length)}`);
  for (const command of new Set(cells.map((cell) => cell.command))) {
    const counts = kinds.map((kind) => cells.filter((cell) => cell.command === command && cell.kind === kind).length);
    console.log(`| \`${command}\` | ${counts.join(' | ')} |`);
  }
  console.log(`${cells.length} cells`);
}
