import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LaunchSource } from '../../src/enforcer/launch.ts';
import type { Delivery } from '../../src/enforcer/queue.ts';
import { createNotifier, type ToldOutcome } from '../../src/notices/notifier.ts';
import { tellMembers } from '../../src/notices/tell-members.ts';
import { idOf, source } from '../support/launches.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const home = { account: '111122223333', region: 'eu-central-1' };
const ofHub: LaunchSource = { ...source, ...home };
const ofMember: LaunchSource = { ...source, account: '444455556666' };
const accepted: Delivery = { kind: 'accepted' };
const refused: Delivery = { kind: 'call-failed', transient: false, detail: 'AccessDenied' };
const throttled: Delivery = { kind: 'call-failed', transient: true, detail: 'Throttling' };
const wouldTerminate: ToldOutcome = {
  instanceId: idOf(1),
  outcome: 'would-terminate',
  reason: 'no-name-tag',
};

/** A hub whose two buses answer in these ways, one call after the other, and take everything after that. */
function hubOf(answers: { readonly hub?: readonly Delivery[]; readonly member?: readonly Delivery[] } = {}) {
  const clock = new VirtualClock({ now: 0 });
  const asked = { hub: 0, member: 0 };
  const busOf = (whose: 'hub' | 'member') => ({
    put: async () => {
      const answer = answers[whose]?.[asked[whose]];
      asked[whose] += 1;
      return answer ?? accepted;
    },
  });
  const notifiers = [
    createNotifier(busOf('hub'), clock),
    tellMembers(createNotifier(busOf('member'), clock, 2), home),
  ];
  const notify = async (of: LaunchSource) => {
    const told = notifiers.map(async (one) => one.notify(of, [wouldTerminate], 7, 3_000));
    return (await clock.run(Promise.all(told))).flat();
  };
  return { notify, asked };
}

/** Kinds of the answers to so many calls. */
const answered = (answers: readonly Delivery[], asked: number) =>
  [...answers, accepted].slice(0, asked).map(({ kind }) => kind);

describe('A notice', () => {
  test("of a launch in a member is put on the hub's bus, and on the member's", async () => {
    const { notify, asked } = hubOf();

    expect(await notify(ofMember)).toEqual([
      { delivery: accepted, instances: 1 },
      { bus: 'member', delivery: accepted, instances: 1 },
    ]);
    expect(asked).toEqual({ hub: 1, member: 1 });
  });

  test("of a launch in another region of the hub's own account is put there too", async () => {
    const { notify, asked } = hubOf();

    await notify({ ...ofHub, region: 'us-east-1' });

    expect(asked).toEqual({ hub: 1, member: 1 });
  });

  test("of a launch in the hub's own account and region is put once", async () => {
    const { notify, asked } = hubOf();

    expect(await notify(ofHub)).toEqual([{ delivery: accepted, instances: 1 }]);
    expect(asked).toEqual({ hub: 1, member: 0 });
  });
});

describe("A member's bus", () => {
  test("that refuses is told of by itself, and the hub's has its notice once", async () => {
    const { notify, asked } = hubOf({ member: [refused, refused] });

    expect(await notify(ofMember)).toEqual([
      { delivery: accepted, instances: 1 },
      { bus: 'member', delivery: refused, instances: 1 },
    ]);
    // The next try at the same launch.
    expect(await notify(ofMember)).toEqual([{ bus: 'member', delivery: refused, instances: 1 }]);
    expect(asked).toEqual({ hub: 1, member: 2 });
  });

  test("has its notice, and once, though the hub's own bus refuses", async () => {
    const { notify, asked } = hubOf({ hub: [refused] });

    expect(await notify(ofMember)).toEqual([
      { delivery: refused, instances: 1 },
      { bus: 'member', delivery: accepted, instances: 1 },
    ]);
    expect(await notify(ofMember)).toEqual([{ delivery: accepted, instances: 1 }]);
    expect(asked).toEqual({ hub: 2, member: 1 });
  });

  test('that has trouble is asked once more, and no more', async () => {
    const { notify, asked } = hubOf({ member: [throttled, throttled, throttled] });

    expect(await notify(ofMember)).toMatchObject([{ delivery: accepted }, { delivery: throttled }]);
    expect(asked).toEqual({ hub: 1, member: 2 });
  });
});

test("Whatever the two buses answer, each has every notice that it takes once, and the hub's knows of no other", async () => {
  const deliveries = fc.array(
    fc.constantFrom<Delivery>(accepted, refused, throttled, { kind: 'out-of-time' }),
    { maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(deliveries, deliveries, fc.integer({ min: 1, max: 5 }), async (hub, member, tries) => {
      const both = hubOf({ hub, member });
      const alone = hubOf({ hub });
      for (let attempt = 0; attempt < tries; attempt++) {
        const told = await both.notify(ofMember);
        expect(told.filter(({ bus }) => bus === undefined)).toEqual(await alone.notify(ofHub));
      }
      // None is asked again after it took one.
      expect(both.asked.hub).toBe(alone.asked.hub);
      expect(answered(hub, both.asked.hub).slice(0, -1)).not.toContain('accepted');
      expect(answered(member, both.asked.member).slice(0, -1)).not.toContain('accepted');
    }),
  );
});
