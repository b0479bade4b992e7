import { describe, expect, test } from 'vitest';
import { findLaunch } from '../../src/enforcer/find-launch.ts';
import type { FoundLaunch } from '../../src/enforcer/find-launch.ts';
import type { UnlistedLaunch } from '../../src/enforcer/launch.ts';
import { InMemoryFleet } from '../support/in-memory-fleet.ts';
import type { Fault } from '../support/in-memory-fleet.ts';
import type { NewInstance } from '../support/in-memory-instance.ts';
import { enforcement, idOf, launchedAt, unlisted } from '../support/launches.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const byReservation = { by: 'reservation-id', value: 'r-1' } as const;
const byToken = { by: 'client-token', value: 'token-1' } as const;

/** Looks for the launch among these instances, and says how long it took and how many calls. */
async function find(
  launch: UnlistedLaunch,
  instances: readonly NewInstance[],
  {
    faults = [],
    time = 30_000,
    maxRounds = Infinity,
  }: { faults?: readonly Fault[]; time?: number; maxRounds?: number } = {},
): Promise<{ found: FoundLaunch; calls: number; took: number }> {
  const clock = new VirtualClock();
  const fleet = new InMemoryFleet({ clock, instances, faults });
  const found = await clock.run(
    findLaunch(launch, enforcement(fleet, clock, { deadline: launchedAt + time, maxRounds })),
  );
  return { found, calls: fleet.calls.find, took: clock.now() - launchedAt };
}

function ofReservation(number: number, parts: Partial<NewInstance> = {}): NewInstance {
  return { instanceId: idOf(number), reservationId: 'r-1', clientToken: 'token-1', ...parts };
}

describe('A launch that the event does not list', () => {
  test('is found by its reservation, in one call when EC2 shows as many as it can have', async () => {
    const launch = unlisted({ reference: byReservation, count: { atLeast: 1, atMost: 2 } });

    const { found, calls } = await find(launch, [ofReservation(1), ofReservation(2)]);

    expect(found).toEqual({ instanceIds: [idOf(1), idOf(2)] });
    expect(calls).toBe(1);
  });

  test('is found by its client token', async () => {
    const launch = unlisted({ reference: byToken, count: { atLeast: 1, atMost: 1 } });

    const { found } = await find(launch, [ofReservation(1), ofReservation(2, { clientToken: 'token-2' })]);

    expect(found).toEqual({ instanceIds: [idOf(1)] });
  });

  test('without a reference is not looked for', async () => {
    const { found, calls } = await find(unlisted({ reference: undefined }), [ofReservation(1)]);

    expect(found).toEqual({ instanceIds: [], incomplete: { reason: 'no-reference', expected: 1, found: 0 } });
    expect(calls).toBe(0);
  });

  test.each([byReservation, byToken])(
    'by $by takes nothing that EC2 shows beside it: the answer is compared, not believed',
    async (reference) => {
      const launch = unlisted({ reference, count: { atLeast: 1, atMost: 1 } });
      const strays = [
        { instanceId: idOf(8), reservationId: 'r-10', clientToken: 'token-10' },
        { instanceId: idOf(9) },
      ];

      const { found } = await find(launch, [...strays, ofReservation(1)], {
        faults: [{ operation: 'find', call: 1, kind: 'adds-strays' }],
      });

      expect(found).toEqual({ instanceIds: [idOf(1)] });
    },
  );
});

describe('EC2 is asked again', () => {
  test('until it shows as many as the launch can have', async () => {
    const launch = unlisted({ count: { atLeast: 2, atMost: 2 }, reference: byReservation });

    const { found } = await find(launch, [
      ofReservation(1),
      ofReservation(2, { hiddenUntil: launchedAt + 9_000 }),
    ]);

    expect(found).toEqual({ instanceIds: [idOf(1), idOf(2)] });
  });

  test('for two seconds after it showed enough, when there may be more', async () => {
    const launch = unlisted({ count: { atLeast: 1, atMost: 10 }, reference: byReservation });

    const { found, took } = await find(launch, [
      ofReservation(1),
      ofReservation(2, { hiddenUntil: launchedAt + 1_500 }),
      ofReservation(3, { hiddenUntil: launchedAt + 3_000 }),
    ]);

    expect(found).toEqual({ instanceIds: [idOf(1), idOf(2), idOf(3)] });
    expect(took).toBeGreaterThanOrEqual(5_000);
    expect(took).toBeLessThan(12_000);
  });

  test('while it shows nothing, less and less often, for half of the time: the other half is for settling', async () => {
    const { found, calls, took } = await find(unlisted({ reference: byReservation }), []);

    expect(found).toEqual({ instanceIds: [], incomplete: { reason: 'not-found', expected: 1, found: 0 } });
    expect(took).toBeGreaterThan(9_000);
    expect(took).toBeLessThanOrEqual(15_000);
    expect(calls).toBeLessThan(10);
  });

  test('and an instance that one answer showed is not forgotten when the next does not', async () => {
    const launch = unlisted({ count: { atLeast: 2, atMost: 2 }, reference: byReservation });

    const { found } = await find(
      launch,
      [ofReservation(1), ofReservation(2, { hiddenUntil: launchedAt + 100 })],
      { faults: [{ operation: 'find', call: 2, kind: 'lacks-one' }] },
    );

    expect(found).toEqual({ instanceIds: [idOf(1), idOf(2)] });
  });
});

describe('What was found is given along with what stood in the way', () => {
  test('when the launch must have more', async () => {
    const launch = unlisted({ count: { atLeast: 3, atMost: 3 }, reference: byReservation });

    const { found } = await find(launch, [ofReservation(1)]);

    expect(found).toStrictEqual({
      instanceIds: [idOf(1)],
      incomplete: { reason: 'not-found', expected: 3, found: 1 },
    });
  });

  test('when there was no time to see whether it has more', async () => {
    const launch = unlisted({ count: { atLeast: 1, atMost: 9 }, reference: byReservation });

    const { found } = await find(launch, [ofReservation(1)], {
      faults: [{ operation: 'find', call: 2, kind: 'hangs' }],
    });

    expect(found).toEqual({
      instanceIds: [idOf(1)],
      incomplete: { reason: 'maybe-more', expected: 1, found: 1 },
    });
  });

  test('when EC2 refuses the call', async () => {
    const launch = unlisted({ count: { atLeast: 1, atMost: 9 }, reference: byReservation });

    const { found, calls } = await find(launch, [ofReservation(1)], {
      faults: [{ operation: 'find', call: 2, kind: 'fails-for-good' }],
    });

    expect(found).toEqual({
      instanceIds: [idOf(1)],
      incomplete: { reason: 'unreadable', expected: 1, found: 1, detail: 'AuthFailure: in-memory EC2' },
    });
    expect(calls).toBe(2);
  });

  test('when an instance cannot be read, which may be one of the launch', async () => {
    const launch = unlisted({ count: { atLeast: 1, atMost: 9 }, reference: byReservation });

    const { found, calls } = await find(launch, [
      ofReservation(1),
      ofReservation(2, { unreadable: 'whole' }),
    ]);

    expect(found).toEqual({
      instanceIds: [],
      incomplete: { reason: 'unreadable', expected: 1, found: 0, detail: 'a state that nobody knows' },
    });
    expect(calls).toBe(1);
  });

  test('and a person who asks for a number of rounds waits for no more', async () => {
    const { found, calls } = await find(unlisted({ reference: byReservation }), [], { maxRounds: 2 });

    expect(found).toEqual({ instanceIds: [], incomplete: { reason: 'not-found', expected: 1, found: 0 } });
    expect(calls).toBe(2);
  });

  test('though a number that may be all is believed after two seconds, however few the rounds', async () => {
    const launch = unlisted({ count: { atLeast: 1, atMost: 9 }, reference: byReservation });

    const { found } = await find(launch, [ofReservation(1)], { maxRounds: 2 });

    expect(found).toEqual({ instanceIds: [idOf(1)] });
  });

  test('but a call that EC2 was too ill to answer is made again', async () => {
    const launch = unlisted({ count: { atLeast: 1, atMost: 1 }, reference: byReservation });

    const { found, calls } = await find(launch, [ofReservation(1)], {
      faults: [{ operation: 'find', call: 1, kind: 'fails' }],
    });

    expect(found).toEqual({ instanceIds: [idOf(1)] });
    expect(calls).toBe(2);
  });

  test('but nothing is, when there is no time at all', async () => {
    const { found, calls } = await find(unlisted(), [ofReservation(1)], { time: 0 });

    expect(found).toEqual({ instanceIds: [], incomplete: { reason: 'not-found', expected: 1, found: 0 } });
    expect(calls).toBe(0);
  });
});

describe('A client token of two reservations does not tell which of them is the launch, so none is touched', () => {
  const launch = unlisted({ count: { atLeast: 2, atMost: 9 }, reference: byToken });
  const other = { reservationId: 'r-2' };
  const ambiguous = { instanceIds: [], incomplete: { reason: 'ambiguous', expected: 2, found: 0 } };

  test('when one answer shows both', async () => {
    const { found } = await find(launch, [ofReservation(1), ofReservation(2, other)]);

    expect(found).toEqual(ambiguous);
  });

  test('when one answer shows the one, and a later one the other', async () => {
    const { found } = await find(launch, [
      ofReservation(1, { terminatedAt: launchedAt + 100 - 60 * 60_000 }),
      ofReservation(2, { ...other, hiddenUntil: launchedAt + 150 }),
    ]);

    expect(found).toEqual(ambiguous);
  });
});
