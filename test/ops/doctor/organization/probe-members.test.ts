import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import type { InvocableFunction, Invocation } from '../../../../src/ops/aws/lambda-function.ts';
import { parallelOf, probeMembers } from '../../../../src/ops/doctor/organization/probe-members.ts';

const Sent = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ probe: v.array(v.object({ account: v.string(), region: v.string() })) }),
);
const places = Array.from({ length: 120 }, (_, index) => ({
  account: String(100_000_000_000 + index),
  region: 'eu-west-1',
}));

/** A function that answers with a problem in each place whose account ends in 7. */
function probedFunction(parallel: number, fails?: (batch: number) => Invocation | Error | undefined) {
  const batches: number[] = [];
  const seen = { batches, atOnce: 0, most: 0 };
  const target: InvocableFunction = {
    async invoke(event) {
      const { probe } = v.parse(Sent, event);
      seen.batches.push(probe.length);
      const failure = fails?.(seen.batches.length);
      seen.most = Math.max(seen.most, ++seen.atOnce);
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.atOnce -= 1;
      if (failure instanceof Error) throw failure;
      if (failure !== undefined) return failure;
      const probed = probe.map((place) =>
        place.account.endsWith('7') ? Object.assign({ problem: place.account }, place) : place,
      );
      return { kind: 'returned', payload: JSON.stringify({ probed }) };
    },
  };
  return { seen, probed: { name: 'SecondLook', target, parallel } as const };
}
const throttled = () =>
  Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException', $metadata: {} });

describe('A function is asked', () => {
  test('for 50 places at a time, and each answer is of its place', async () => {
    const { seen, probed } = probedFunction(4);
    let done = 0;

    const answers = await probeMembers(probed, places, (more) => (done += more));

    expect(seen.batches).toEqual([50, 50, 20]);
    expect(done).toBe(120);
    expect(answers).toEqual(
      places.map(({ account }) =>
        account.endsWith('7') ? { kind: 'problem', said: account } : { kind: 'acts' },
      ),
    );
  });

  test('no more often at a time than it has concurrency for', async () => {
    const { seen, probed } = probedFunction(2);

    await probeMembers(probed, places, () => {});

    expect(seen.most).toBe(2);
  });

  test('no more once Lambda throttles it, and what it was not asked for is unknown', async () => {
    const { seen, probed } = probedFunction(1, (batch) => (batch === 2 ? throttled() : undefined));

    const answers = await probeMembers(probed, places, () => {});

    expect(seen.batches).toEqual([50, 50]);
    expect(answers.map(({ kind }) => kind === 'unknown')).toEqual(places.map((_, index) => index >= 50));
  });

  test('for the other places too, when it fails in one batch', async () => {
    const { probed } = probedFunction(1, (batch) =>
      batch === 1
        ? { kind: 'failed', errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out' }
        : undefined,
    );

    const answers = await probeMembers(probed, places, () => {});

    expect(answers[0]).toEqual({ kind: 'unknown', said: 'Sandbox.Timedout: Task timed out' });
    expect(answers[50]).toEqual({ kind: 'acts' });
  });

  test('and a defect is not hidden', async () => {
    const { probed } = probedFunction(1, () => new Error('a defect'));

    await expect(probeMembers(probed, places, () => {})).rejects.toThrow('a defect');
  });
});

test.each([
  [undefined, 4],
  [250, 4],
  [5, 2],
  [1, 1],
])('Of a reserved concurrency of %s it takes %s at most', (reserved, parallel) => {
  expect(parallelOf(reserved)).toBe(parallel);
});
