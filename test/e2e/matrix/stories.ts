import test from 'ava';
import { strikeAll } from './kinds.ts';
import type { Scenario } from './scenario.ts';
import { keepCells } from './table.ts';

const isHost = process.env['DMTOOL_LAB'] === 'host';

/** One test for each command and each of the three things that can befall it; `npm test` tells those of the sample. */
export function tellMatrix(scenarios: readonly Scenario[]): void {
  const isWhole = process.env['DMTOOL_CRASH'] === 'whole';
  for (const scenario of scenarios.filter(({ isSample }) => isWhole || isSample))
    for (const kind of ['fails', 'kill -9', 'power cut'] as const)
      test.serial(`${scenario.name}: ${kind}`, async (t) => {
        t.timeout(3_600_000);
        if (isHost) return t.pass('the power of the host is not cut');
        const cells = await strikeAll(t, scenario, kind);
        keepCells(`${scenario.name} ${kind}`, cells);
        t.log(`${cells.length} cells`);
      });
}
