import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One change of one command, what struck it, and how that ended. */
export interface Cell {
  readonly command: string;
  readonly kind: string;
  readonly change: string;
  readonly end: string;
}

export const cellOf = (command: string, kind: string, change: string, end: string): Cell => ({
  command,
  kind,
  change,
  end,
});

const directory = fileURLToPath(new URL('../../../.lab/matrix/', import.meta.url));

/** Keeps the cells of one test for the table, which is printed when all are through (test/lab/bootstrap/matrix.js). */
export function keepCells(name: string, cells: readonly Cell[]): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${directory}${name.replaceAll(/\W+/g, '-')}.json`, JSON.stringify(cells));
}
