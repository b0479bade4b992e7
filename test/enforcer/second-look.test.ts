import { describe, expect, test } from 'vitest';
import type { Enforcement } from '../../src/enforcer/enforcement.ts';
import { readSecondLookMessage } from '../../src/enforcer/second-look-message.ts';
import { writeInstances } from '../../src/enforcer/write-second-look.ts';
import { lookAtBatch } from '../../src/enforcer/second-look-batch.ts';
import type { BatchResult, Outgoing } from '../../src/enforcer/second-look-batch.ts';
import { InMemoryFleet } from '../support/in-memory-fleet.ts';
import type { FleetOptions } from '../support/in-memory-fleet.ts';
import type { NewInstance } from '../support/in-memory-instance.ts';
import { launchedItem, launchEvent } from '../support/launch-events.ts';
import { enforcement, idOf, idsUpTo, launchedAt, name, source } from '../support/launches.ts';
import { failureRecordOf, startEvent } from '../support/second-look-messages.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const minute = 60_000;
const hour = 60 * minute;
const secondLookArn = 'arn:aws:lambda:eu-central-1:111122223333:function:SecondLook';
const iso = (time: number): string => new Date(time).toISOString();

interface Setting extends Partial<Omit<FleetOptions, 'clock' | 'instances'>> {
  /** Milliseconds from the launch; two minutes unless said. */
  readonly after?: number;
  /** Milliseconds since which the messages fail. */
  readonly failingFor?: number;
  readonly parts?: Partial<Enforcement>;
}

/** Looks at a batch of these bodies where EC2 has these instances. */
async function look(
  bodies: readonly unknown[],
  instances: readonly NewInstance[],
  { after = 2 * minute, failingFor, parts, ...options }: Setting = {},
): Promise<BatchResult & { fates: Record<string, string>; fleet: InMemoryFleet }> {
  const clock = new VirtualClock({ now: launchedAt + after });
  const fleet = new InMemoryFleet({ clock, instances, ...options });
  const received = bodies.map((body, index) => ({
    messageId: `message-${index + 1}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    failingSince: failingFor === undefined ? undefined : clock.now() - failingFor,
  }));
  const result = await clock.run(
    lookAtBatch(received, enforcement(fleet, clock, { home, ...parts }), secondLookArn),
  );
  const fates = Object.fromEntries(
    result.looks.flatMap(({ settlement }) =>
      settlement.outcomes.map(({ instanceId, outcome, reason }) => [instanceId, `${outcome} ${reason}`]),
    ),
  );
  return { ...result, fates, fleet };
}

const home = { account: '111122223333', region: 'eu-central-1' };
const fresh = (instanceId: string, parts: Partial<NewInstance> = {}): NewInstance => ({
  instanceId,
  firstLaunchedAt: launchedAt,
  ...parts,
});
const start = (instanceId: string, after = 10_000) =>
  startEvent({ instanceId, time: iso(launchedAt + after) });
const bodiesOf = (outgoing: readonly Outgoing[], now = launchedAt) =>
  outgoing.map(({ message }) => readSecondLookMessage(message.body, now));
const lettersOf = (outgoing: readonly Outgoing[]) =>
  outgoing.map(({ messageId, message }): unknown => ({
    messageId,
    attributes: message.attributes,
    ...JSON.parse(message.body),
  }));

describe('An instance that came to run', () => {
  test('without a name is terminated, though no launch event told of it', async () => {
    const { fates, deadLetters } = await look([start(idOf(1))], [fresh(idOf(1))]);

    expect(fates).toEqual({ [idOf(1)]: 'terminated no-name-tag' });
    expect(deadLetters).toEqual([]);
  });

  test('is spared by the name that it has by now', async () => {
    const { fates } = await look([start(idOf(1))], [fresh(idOf(1), { tags: [name('late')] })]);

    expect(fates).toEqual({ [idOf(1)]: 'spared named' });
  });

  test('is no launch when it was launched long before: it lives, nameless as it is', async () => {
    const old = fresh(idOf(1), { firstLaunchedAt: launchedAt - 11 * minute });

    const { fates, fleet } = await look([start(idOf(1))], [old]);

    expect(fates).toEqual({ [idOf(1)]: 'spared not-a-launch' });
    expect(fleet.calls.terminate).toBe(0);
  });

  test.each([
    ['ten minutes', 10 * minute, 'terminated no-name-tag'],
    ['ten minutes and a moment', 10 * minute + 1, 'spared not-a-launch'],
  ])('within %s of its launch: %s', async (_, took, fate) => {
    const instance = fresh(idOf(1), { firstLaunchedAt: launchedAt });

    expect((await look([start(idOf(1), took)], [instance], { after: hour })).fates).toEqual({
      [idOf(1)]: fate,
    });
  });

  test('whose first launch EC2 does not show is not judged, and looked at again', async () => {
    const { fates, retries, fleet } = await look([start(idOf(1))], [{ instanceId: idOf(1) }]);

    expect(fates).toEqual({ [idOf(1)]: 'failed unreadable' });
    expect(bodiesOf(retries)).toMatchObject([{ instanceIds: [idOf(1)], startedAt: launchedAt + 10_000 }]);
    expect(fleet.kills).toEqual([]);
  });

  test('that a service provider manages is spared', async () => {
    expect((await look([start(idOf(1))], [fresh(idOf(1), { managed: true })])).fates).toEqual({
      [idOf(1)]: 'spared managed',
    });
  });

  test('of another account or region is not looked at: a dead letter says so', async () => {
    const foreign = startEvent({ account: '999988887777' });

    const { looks, deadLetters, fleet } = await look([foreign], [fresh(idOf(1))]);

    expect(looks).toMatchObject([{ settlement: { kind: 'foreign' } }]);
    expect(lettersOf(deadLetters)).toMatchObject([{ attributes: { error: 'ForeignLaunchError' } }]);
    expect(fleet.calls).toMatchObject({ describe: 0, terminate: 0 });
  });
});

describe('A batch', () => {
  test('of 1,000 nameless instances takes five describe calls and one to terminate', async () => {
    const ids = idsUpTo(1_000);
    const messages = ids.map((id) => start(id));

    const { fleet } = await look(
      messages,
      ids.map((id) => fresh(id)),
    );

    expect(fleet.kills).toHaveLength(1_000);
    expect(fleet.calls).toEqual({ describe: 5, find: 0, terminate: 1 });
  });

  test('of 1,000 compliant launches takes five calls, and none to terminate', async () => {
    const ids = idsUpTo(1_000);

    const { fleet, deadLetters, retries } = await look(
      ids.map((id) => start(id)),
      ids.map((id) => fresh(id, { tags: [name('web')] })),
    );

    expect(fleet.calls).toEqual({ describe: 5, find: 0, terminate: 0 });
    expect([...deadLetters, ...retries]).toEqual([]);
  });

  test('is not held up by a message that cannot be read: that one lies in the dead-letter queue', async () => {
    const { fates, invalid, deadLetters } = await look(
      ['{"poison', start(idOf(1)), { any: 'thing' }],
      [fresh(idOf(1))],
    );

    expect(fates).toEqual({ [idOf(1)]: 'terminated no-name-tag' });
    expect(invalid).toHaveLength(2);
    expect(lettersOf(deadLetters)).toMatchObject([
      {
        messageId: 'message-1',
        attributes: { error: 'InvalidEventError', reasons: 'invalid-event' },
        requestContext: { functionArn: secondLookArn, condition: 'NotRetryable' },
        requestPayload: '{"poison',
      },
      { messageId: 'message-3', requestPayload: { any: 'thing' } },
    ]);
  });

  test('in which an instance comes twice kills it once, and one message alone tells of it', async () => {
    const { looks, fleet } = await look([start(idOf(1)), start(idOf(1))], [fresh(idOf(1))]);

    expect(fleet.kills).toHaveLength(1);
    expect(looks.map(({ settlement }) => settlement.outcomes.length)).toEqual([1, 0]);
  });

  test('tells of it where its launcher is known', async () => {
    const record = failureRecordOf(
      launchEvent({ instances: [launchedItem(idOf(1))], envelope: { region: 'eu-central-1' } }),
    );

    const { looks } = await look([start(idOf(1)), record, start(idOf(1))], [fresh(idOf(1))]);

    expect(looks.map(({ settlement }) => settlement.outcomes.length)).toEqual([0, 1, 0]);
  });

  test('says of each message whether EC2 alone told of its instances', async () => {
    const [own = ''] = writeInstances({ instanceIds: [idOf(2)], dueAt: launchedAt, source });
    const [ownStart = ''] = writeInstances({
      instanceIds: [idOf(3)],
      dueAt: launchedAt,
      startedAt: launchedAt,
      source,
    });
    const record = failureRecordOf(launchEvent({ envelope: { region: 'eu-central-1' } }));

    const { looks } = await look([start(idOf(1)), own, ownStart, record], []);

    expect(looks.map(({ isStart }) => isStart)).toEqual([true, false, true, false]);
  });

  test('with the record of an event that was no launch ignores it', async () => {
    const record = failureRecordOf(launchEvent({ detail: { errorCode: 'Client.DryRunOperation' } }));

    expect(await look([record], [])).toMatchObject({ ignored: ['failed-call'], looks: [], deadLetters: [] });
  });

  test('in which a launch is known takes an old instance for no start: it is of the launch', async () => {
    const [own = ''] = writeInstances({ instanceIds: [idOf(1)], dueAt: launchedAt, source });
    const old = fresh(idOf(1), { firstLaunchedAt: launchedAt - hour });

    expect((await look([start(idOf(1)), own], [old])).fates).toEqual({ [idOf(1)]: 'terminated no-name-tag' });
    expect((await look([own, start(idOf(1))], [old])).fates).toEqual({ [idOf(1)]: 'terminated no-name-tag' });
  });

  test('of nothing takes no call', async () => {
    const { looks, fleet, ignored } = await look([startEvent({ state: 'stopped' })], []);

    expect(looks).toEqual([]);
    expect(ignored).toEqual(['another-state']);
    expect(fleet.calls).toEqual({ describe: 0, find: 0, terminate: 0 });
  });
});

describe('A launch that failed three times', () => {
  const event = launchEvent({
    instances: [launchedItem(idOf(1)), launchedItem(idOf(2), [{ key: 'Name', value: 'web' }])],
    envelope: { region: 'eu-central-1' },
  });

  test('is settled as it would have been', async () => {
    const { fates, looks } = await look([failureRecordOf(event)], [fresh(idOf(1))]);

    expect(fates).toEqual({ [idOf(1)]: 'terminated no-name-tag', [idOf(2)]: 'spared named-at-launch' });
    expect(looks).toMatchObject([
      { isStart: false, source: { launcher: 'arn:aws:iam::111122223333:user/lena' } },
    ]);
  });

  test('and leaves something to a person is a dead letter of the function for launches, with its event', async () => {
    const { deadLetters } = await look([failureRecordOf(event)], [fresh(idOf(1), { protected: true })]);

    expect(lettersOf(deadLetters)).toMatchObject([
      {
        attributes: { error: 'UnsettledInstancesError', reasons: 'protected' },
        requestContext: {
          functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:EnforceNameTag:$LATEST',
        },
        requestPayload: event,
      },
    ]);
  });

  test('of which not all instances are found comes again as it is', async () => {
    const unlisted = launchEvent({
      envelope: { region: 'eu-central-1' },
      detail: { responseElements: { reservationId: 'r-0aaaaaaaaaaaaaaa1' } },
    });
    const body = JSON.stringify(failureRecordOf(unlisted));

    const { retries, deadLetters } = await look([body], []);

    expect(retries).toMatchObject([{ messageId: 'message-1', message: { body, delaySeconds: 60 } }]);
    expect(deadLetters).toEqual([]);
  });
});

describe('A launch of which one instance is found and has time left, and another is not found', () => {
  const twoLaunched = launchEvent({
    envelope: { region: 'eu-central-1' },
    detail: {
      eventTime: iso(launchedAt),
      requestParameters: { instancesSet: { items: [{ minCount: 2, maxCount: 2 }] } },
      responseElements: { reservationId: 'r-0aaaaaaaaaaaaaaa1' },
    },
  });
  const body = JSON.stringify(failureRecordOf(twoLaunched));
  const found = [fresh(idOf(1), { reservationId: 'r-0aaaaaaaaaaaaaaa1' })];
  const parts = { grace: 24 * hour };

  test('comes again as a whole, and brings it back: it is queued once', async () => {
    const { fates, postponed, retries } = await look([body], found, { parts });

    expect(fates).toEqual({ [idOf(1)]: 'postponed no-name-tag' });
    expect(postponed).toEqual([]);
    expect(retries).toMatchObject([{ message: { body } }]);
  });

  test('leaves it in the queue when a person is asked for the other', async () => {
    const { postponed, retries, deadLetters } = await look([body], found, { parts, failingFor: 6 * hour });

    expect(retries).toEqual([]);
    expect(lettersOf(deadLetters)).toMatchObject([{ attributes: { reasons: 'unlisted' } }]);
    expect(bodiesOf(postponed)).toMatchObject([{ instanceIds: [idOf(1)], dueAt: launchedAt + 24 * hour }]);
  });
});

describe('Grace', () => {
  const grace = 10 * minute;

  test('lets a nameless instance live until its time has come, and asks for a look then', async () => {
    const { fates, postponed, fleet } = await look([start(idOf(1))], [fresh(idOf(1))], { parts: { grace } });

    expect(fates).toEqual({ [idOf(1)]: 'postponed no-name-tag' });
    expect(fleet.calls.terminate).toBe(0);
    expect(bodiesOf(postponed)).toMatchObject([
      { instanceIds: [idOf(1)], dueAt: launchedAt + 10_000 + grace, startedAt: launchedAt + 10_000 },
    ]);
    expect(postponed).toMatchObject([{ message: { delaySeconds: 8 * 60 + 10 } }]);
  });

  test('does not matter to what is named: nothing waits for it', async () => {
    const { fates, postponed } = await look([start(idOf(1))], [fresh(idOf(1), { tags: [name('web')] })], {
      parts: { grace },
    });

    expect(fates).toEqual({ [idOf(1)]: 'spared named' });
    expect(postponed).toEqual([]);
  });

  const dueAt = launchedAt + grace;
  const [waitingBody = ''] = writeInstances({ instanceIds: [idOf(1)], dueAt, source });

  test('a message that is not due is sent on as it is, and EC2 is not asked', async () => {
    const { notDue, looks, fleet } = await look([waitingBody], [fresh(idOf(1))], { after: grace - 1_500 });

    expect(notDue).toEqual([{ messageId: 'message-1', message: { body: waitingBody, delaySeconds: 2 } }]);
    expect(looks).toEqual([]);
    expect(fleet.calls.describe).toBe(0);
  });

  test.each([
    ['is terminated when it is still nameless', {}, 'terminated no-name-tag'],
    ['is spared when it has its name by then', { tags: [name('in time')] }, 'spared named'],
  ])('what is due %s', async (_, parts, fate) => {
    const { fates } = await look([waitingBody], [fresh(idOf(1), parts)], { after: grace, parts: { grace } });

    expect(fates).toEqual({ [idOf(1)]: fate });
  });

  test('that was changed meanwhile changes nothing for what waits', async () => {
    const { fates } = await look([waitingBody], [fresh(idOf(1))], {
      after: grace,
      parts: { grace: 24 * hour },
    });

    expect(fates).toEqual({ [idOf(1)]: 'terminated no-name-tag' });
  });

  test('does not end early because EC2 failed: the next try waits for the same time', async () => {
    const failing = await look([start(idOf(1))], [fresh(idOf(1))], {
      parts: { grace },
      outages: [{ from: 0, until: Infinity, kind: 'fails' }],
    });
    const [again] = failing.retries;

    const { fates, postponed } = await look([again?.message.body], [fresh(idOf(1))], {
      after: 5 * minute,
      failingFor: 2 * minute,
    });

    expect(fates).toEqual({ [idOf(1)]: 'postponed no-name-tag' });
    expect(bodiesOf(postponed)).toMatchObject([{ dueAt: launchedAt + 10_000 + grace }]);
  });

  test('of two messages for one instance ends with the later', async () => {
    const record = failureRecordOf(
      launchEvent({
        instances: [launchedItem(idOf(1))],
        envelope: { region: 'eu-central-1' },
        detail: { eventTime: iso(launchedAt) },
      }),
    );

    const { postponed } = await look([record, start(idOf(1), 30_000)], [fresh(idOf(1))], {
      parts: { grace },
    });

    expect(bodiesOf(postponed)).toMatchObject([{ dueAt: launchedAt + 30_000 + grace }]);
  });
});

describe('While EC2 fails', () => {
  const outage: Setting = { outages: [{ from: 0, until: Infinity, kind: 'fails' }] };

  test('a look is taken again, less and less often, with what is open alone', async () => {
    const { retries, deadLetters } = await look([start(idOf(1)), start(idOf(2))], [fresh(idOf(1))], {
      ...outage,
      failingFor: 5 * minute,
    });

    expect(deadLetters).toEqual([]);
    expect(bodiesOf(retries)).toMatchObject([{ instanceIds: [idOf(1)] }, { instanceIds: [idOf(2)] }]);
    for (const { message } of retries) {
      expect(message.delaySeconds).toBeGreaterThanOrEqual(5 * 60);
      expect(message.delaySeconds).toBeLessThan(6 * 60);
      expect(message.attributes).toEqual({ FailingSince: iso(launchedAt - 3 * minute) });
    }
  });

  test('for six hours, and then a person is asked by a dead letter that says so', async () => {
    const almost = await look([start(idOf(1))], [], { ...outage, failingFor: 6 * hour - minute });
    const over = await look([start(idOf(1))], [], { ...outage, failingFor: 6 * hour });

    expect(almost.deadLetters).toEqual([]);
    expect(over.retries).toEqual([]);
    expect(lettersOf(over.deadLetters)).toMatchObject([
      {
        attributes: { error: 'UnsettledInstancesError', reasons: 'unreadable' },
        requestContext: { functionArn: secondLookArn, condition: 'RetriesExhausted' },
        requestPayload: { detail: { 'instance-id': idOf(1) } },
      },
    ]);
  });
});

describe('What only a person can settle', () => {
  test('is a dead letter at once, and the others of its message are settled', async () => {
    const [body = ''] = writeInstances({
      instanceIds: [idOf(1), idOf(2), idOf(3)],
      dueAt: launchedAt,
      source,
    });

    const { fates, deadLetters, retries } = await look(
      [body],
      [
        fresh(idOf(1), { protected: true, zone: 'a' }),
        fresh(idOf(2), { zone: 'b' }),
        fresh(idOf(3), { hiddenUntil: Infinity }),
      ],
    );

    expect(fates).toMatchObject({ [idOf(1)]: 'failed protected', [idOf(2)]: 'terminated no-name-tag' });
    expect(lettersOf(deadLetters)).toMatchObject([
      {
        version: '1.0',
        attributes: { reasons: 'protected' },
        requestContext: { condition: 'NotRetryable', approximateInvokeCount: 1 },
      },
    ]);
    expect(bodiesOf(retries)).toMatchObject([{ instanceIds: [idOf(3)] }]);
  });
});
