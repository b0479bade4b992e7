import pMap from 'p-map';
import { chunk } from '../../../enforcer/chunk.ts';
import type { Home } from '../../../enforcer/launch.ts';
import type { InvocableFunction } from '../../aws/lambda-function.ts';
import { explainFailure } from '../../explain-failure.ts';
import { askProbe } from '../ask-probe.ts';

/** One of the hub's functions, to be asked whether it can act in members. */
export interface ProbedFunction {
  readonly name: 'EnforceNameTag' | 'SecondLook';
  readonly target: InvocableFunction;
  /** Invocations at a time. */
  readonly parallel: number;
}

/** What a function says of one place. */
export type PlaceAnswer =
  | { readonly kind: 'acts' }
  /** @property said in AWS's words, where it said any */
  | { readonly kind: 'problem'; readonly said: string }
  | { readonly kind: 'older' }
  /** It could not be asked. */
  | { readonly kind: 'unknown'; readonly said: string };

/** Places of one invocation. One that does not answer takes the invocation ten seconds, and no more. */
const BATCH = 50;

/** Invocations at a time, of a function that has concurrency for it. */
const MOST_PARALLEL = 4;

/** Half of what is reserved for the function, so that launches of the same minute are not held up. */
export function parallelOf(reserved: number | undefined): number {
  return reserved === undefined
    ? MOST_PARALLEL
    : Math.max(1, Math.min(MOST_PARALLEL, Math.floor(reserved / 2)));
}

/**
 * Asks a function for every place. Once an invocation fails at Lambda, as when it is throttled for a minute or denied, no
 * further one is made.
 *
 * @param onAnswered is told of how many more places it has answered
 * @returns an answer for each place, in their order
 * @throws what is no failure of AWS
 */
export async function probeMembers(
  { target, parallel }: ProbedFunction,
  places: readonly Home[],
  onAnswered: (places: number) => void,
): Promise<PlaceAnswer[]> {
  let failed: PlaceAnswer | undefined;
  const ask = async (batch: readonly Home[]): Promise<readonly PlaceAnswer[]> => {
    try {
      const answer = await askProbe(target, batch);
      switch (answer.kind) {
        case 'answered':
          return answer.problems.map((said) =>
            said === undefined ? { kind: 'acts' } : { kind: 'problem', said },
          );
        case 'older':
          return batch.map(() => ({ kind: 'older' }));
        case 'failed': {
          const { said } = answer;
          return batch.map(() => ({ kind: 'unknown', said }));
        }
      }
    } catch (error) {
      const said = explainFailure(error);
      if (said === undefined) throw error;
      const unknown: PlaceAnswer = { kind: 'unknown', said };
      failed = unknown;
      return batch.map(() => unknown);
    }
  };
  const answers = await pMap(
    chunk(places, BATCH),
    async (batch) => {
      const known = failed;
      const ofBatch = known === undefined ? await ask(batch) : batch.map(() => known);
      onAnswered(batch.length);
      return ofBatch;
    },
    { concurrency: parallel },
  );
  return answers.flat();
}
