import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { apply } from '../../src/apply/apply.ts';
import type { Host } from '../../src/model/host.ts';
import type { Action, Plan } from '../../src/plan/step.ts';
import { assertSame } from '../plan/docker-runs.ts';
import { allVolumes, worldOf } from '../plan/simulated/docker-disk.ts';
import { fakeMachine } from './fake-machine.ts';

const volumesOf = (host: Host): string[] => ('trees' in host ? allVolumes(worldOf(host)) : []);

/**
 * Has a plan fail at each of those steps in turn, before its work and after it: then the host and the journal are as
 * before, and at no moment a volume is lost.
 * @param check what is to hold then; as it was, where nothing is said
 */
export async function failEverywhere(
  host: Host,
  plan: Plan,
  steps = plan.steps,
  check = (after: Host, what: string): void => assertSame(after, host, what),
): Promise<void> {
  const volumes = volumesOf(host);
  for (const how of ['fails-before', 'fails-after'] as const) {
    for (const { id, do: failing } of steps) {
      const trouble = { at: (_: number, action: unknown) => (action === failing ? how : undefined) };
      const machine = fakeMachine(host, trouble, [...host.ownership], [...host.installed]);
      const { perform } = machine;
      // What is removed for good was told, and agreed to.
      const isAgreed = (): boolean => plan.steps.some((step) => step.final && machine.performed.includes(step.do));
      // Counted here, and not thrown: apply would take it for a step that failed.
      const lost: Action[] = [];
      machine.perform = async (action) => {
        await perform(action).finally(() => {
          if (!isAgreed() && !isDeepStrictEqual(volumesOf(machine.host), volumes)) lost.push(action);
        });
      };
      const outcome = await apply(
        plan,
        machine,
        () => {},
        () => false,
      );
      const what = `${id} ${how}`;
      assert.deepEqual(lost, [], what);
      // It was not needed, and left out.
      if (outcome.kind === 'done') continue;
      if (outcome.kind === 'partly-done') {
        const left = outcome.leftovers.map(({ step, error }) => `${step.id}: ${error?.message}`);
        assert.fail(`${what}: ${left.join('; ')}`);
      }
      check(machine.host, what);
      assert.deepEqual(machine.journal, host.ownership);
      assert.deepEqual(machine.installed, host.installed);
    }
  }
}
