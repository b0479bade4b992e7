import type { FleetState } from '../ec2/fleet-state.ts';
import type { CaseResult } from './run-case.ts';

/**
 * A line for each fate that is not the expected one, and for each instance that was terminated though no event told
 * of it; none when all is well.
 */
export function wrongFates(
  results: readonly CaseResult[],
  { terminations }: Pick<FleetState, 'terminations'>,
): string[] {
  const fates = results.flatMap(({ title, fates: all }) => all.map((fate) => ({ title, ...fate })));
  const launched = new Set(fates.map(({ instanceId }) => instanceId));
  return [
    ...fates
      .filter(({ asExpected }) => !asExpected)
      .map(({ title, instanceId, fate, expected, alive }) => {
        const state = alive === undefined ? '' : alive ? ', and it lives' : ', and it is gone';
        return `${title}: expected ${expected}, got ${fate}${state} (${instanceId ?? 'no instance'}).`;
      }),
    ...terminations
      .filter(({ instanceId }) => !launched.has(instanceId))
      .map(({ instanceId }) => `${instanceId} was terminated, and no event told of it.`),
  ];
}
