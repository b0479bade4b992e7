import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalEventBridge, startEventBridge } from '../support/event-bridge.ts';
import { launchedItem, launchEvent } from '../support/launch-events.ts';
import { schemaFaults } from '../support/notice-schema.ts';
import { batchOf, failureRecordOf, startEvent } from '../support/second-look-messages.ts';
import { type LocalSqs, startSqs } from '../support/sqs.ts';
import { account, context, named, nameless, useHandler } from '../support/use-handler.ts';

const guarded = 'i-00000000000000003';
const hidden = 'i-00000000000000009';
const enforcer = useHandler();
const { logLines, metrics } = enforcer;

let sqs: LocalSqs;
let bridge: LocalEventBridge;

beforeEach(async () => {
  [sqs, bridge] = await Promise.all([startSqs(), startEventBridge()]);
  enforcer.ec2.fleet.add({ instances: [{ instanceId: guarded, tags: [], terminationProtected: true }] });
});

afterEach(async () => {
  await Promise.all([sqs.close(), bridge.close()]);
});

/** The handler as it is deployed: with both queues and an event bus. */
const load = async (settings: Readonly<Record<string, string>> = {}) =>
  enforcer.loadSecondLook({
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bridge.url,
    EVENT_BUS_NAME: 'default',
    DEAD_LETTER_QUEUE_URL: sqs.queueUrl('dead-letters'),
    SECOND_LOOK_QUEUE_URL: sqs.queueUrl('second-look'),
    ...settings,
  });
const iso = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();
const own = (instanceIds: readonly string[], parts = {}) => ({
  version: 1,
  instanceIds,
  account,
  region: 'eu-west-1',
  dueAt: iso(-1_000),
  launch: { launcher: 'arn:aws:iam::111122223333:user/lena', launchedAt: iso(-120_000) },
  ...parts,
});
const start = (instanceId: string) =>
  startEvent({ instanceId, account, region: 'eu-west-1', time: iso(-120_000) });
const noticesOf = ({ entries }: LocalEventBridge) => entries.map(({ DetailType }) => DetailType);

describe('A batch of messages', () => {
  test('is looked at together, and none of it stays', async () => {
    const handler = await load();

    const answer = await handler(batchOf(own([nameless]), own([named]), start(named)), context());

    expect(answer.batchItemFailures).toEqual([]);
    expect(answer.outcomes).toMatchObject([
      { instanceId: nameless, outcome: 'terminated' },
      { instanceId: named, outcome: 'spared' },
    ]);
    expect([...enforcer.ec2.calls]).toEqual([
      ['DescribeInstances', 1],
      ['TerminateInstances', 1],
    ]);
  });

  test('is told of in log and metrics, and people of the kill, with its launcher', async () => {
    const handler = await load();

    await handler(batchOf(own([nameless])), context());

    expect(logLines('instance settled')).toMatchObject([
      { instanceId: nameless, outcome: 'terminated', launcher: 'arn:aws:iam::111122223333:user/lena' },
    ]);
    expect(metrics()).toMatchObject({ SecondLooks: 1, InstancesTerminated: 1, NoticesSent: 1 });
    expect(noticesOf(bridge)).toEqual(['Nameless Instance Terminated']);
    expect(schemaFaults(bridge.entries[0]?.Detail)).toEqual([]);
  });

  test('with a message that cannot be read settles the others: that one lies in the dead-letter queue', async () => {
    const handler = await load();

    const answer = await handler(batchOf('{', own([nameless])), context());

    expect(answer).toMatchObject({ batchItemFailures: [], outcomes: [{ outcome: 'terminated' }] });
    expect(sqs.sentTo('dead-letters')).toMatchObject([{ attributes: { error: 'InvalidEventError' } }]);
    expect(metrics()).toMatchObject({ EventsInvalid: 1 });
  });

  test('of messages that are not due asks EC2 nothing, and sends each on for its time', async () => {
    const handler = await load();
    const message = own([nameless], { dueAt: iso(3_600_000) });

    const answer = await handler(batchOf(message), context());

    expect(answer).toEqual({ batchItemFailures: [], outcomes: [] });
    expect(sqs.sentTo('second-look')).toEqual([{ body: message, delaySeconds: 900, attributes: {} }]);
    expect(metrics()).toMatchObject({ SecondLooksWaiting: 1 });
    expect(enforcer.ec2.calls.size).toBe(0);
  });

  test('of another shape is refused as a whole', async () => {
    const handler = await load();

    await expect(handler({ records: [] }, context())).rejects.toThrow('Expected `Records` to be present');
  });
});

describe('A message stays in its queue', () => {
  test('when what it leaves cannot be put elsewhere: nothing is lost', async () => {
    const handler = await load();
    sqs.fail();

    const answer = await handler(
      batchOf(own([named]), own([guarded]), own([hidden]), own([hidden], { dueAt: iso(60_000) })),
      context(6_000),
    );

    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).toSorted()).toEqual([
      'message-2',
      'message-3',
      'message-4',
    ]);
    expect(logLines('message refused')).toMatchObject([
      { level: 'ERROR', detail: 'AccessDenied: no' },
      { level: 'ERROR', detail: 'AccessDenied: no' },
    ]);
    expect(metrics()).toHaveProperty('MessagesRefused');
  });
});

describe('What is left open', () => {
  test('goes where it is seen to: to a person, or to another try', async () => {
    const handler = await load();

    const answer = await handler(batchOf(own([guarded, hidden])), context(6_000));

    expect(answer.batchItemFailures).toEqual([]);
    expect(sqs.sentTo('dead-letters')).toMatchObject([{ attributes: { reasons: 'protected' } }]);
    expect(sqs.sentTo('second-look')).toMatchObject([{ body: { instanceIds: [hidden] }, delaySeconds: 60 }]);
  });

  test('after six hours of tries goes to a person', async () => {
    const handler = await load();
    const [record] = batchOf(own([hidden])).Records;
    const messageAttributes = { FailingSince: { stringValue: iso(-6 * 3_600_000), dataType: 'String' } };

    await handler({ Records: [{ ...record, messageAttributes }] }, context(6_000));

    expect(sqs.sentTo('second-look')).toEqual([]);
    expect(sqs.sentTo('dead-letters')).toMatchObject([
      { attributes: { reasons: 'not-visible' }, body: { requestContext: { condition: 'RetriesExhausted' } } },
    ]);
  });

  test('is thrown when the message is sent again by hand, and put nowhere', async () => {
    const handler = await load();

    await expect(handler({ ...batchOf(own([guarded])), redrive: true }, context())).rejects.toThrow(
      'protected',
    );
    await expect(handler({ ...batchOf('{'), redrive: true }, context())).rejects.toThrow('JSON');
    expect(sqs.sentTo('dead-letters')).toEqual([]);
  });

  test('of a launch is a dead letter of the function for launches', async () => {
    const handler = await load();
    const event = launchEvent({ instances: [launchedItem(guarded)] });

    await handler(batchOf(failureRecordOf(event)), context());

    expect(sqs.sentTo('dead-letters')).toMatchObject([
      {
        body: {
          requestContext: {
            functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:EnforceNameTag:$LATEST',
          },
          requestPayload: event,
        },
      },
    ]);
  });
});

describe("Of what EC2's own signal alone tells of", () => {
  const waits = own([nameless], { startedAt: iso(-120_000) });

  test('people are told when it is terminated', async () => {
    const handler = await load();

    await handler(batchOf(waits), context());

    expect(noticesOf(bridge)).toEqual(['Nameless Instance Terminated']);
  });

  test.each([
    ['nothing more where launch events come, which tell of it', 'true', []],
    ['what would have been, where there is no trail', 'false', ['Nameless Instance Would Be Terminated']],
  ])('people are told %s', async (_, HAS_TRAIL, notices) => {
    const handler = await load({ MODE: 'report', HAS_TRAIL });

    await handler(batchOf(waits), context());

    expect(noticesOf(bridge)).toEqual(notices);
    expect(metrics()).toMatchObject({ StartsWouldTerminate: 1 });
    expect(logLines('instance settled')).toMatchObject([{ outcome: 'would-terminate' }]);
  });

  test('a compliant instance has no log line of its own, and is counted', async () => {
    const handler = await load();

    await handler(batchOf(start(named)), context());

    expect(logLines('instance settled')).toEqual([]);
    expect(metrics()).toMatchObject({ SecondLooks: 1, StartsSpared: 1 });
    expect(metrics()).not.toHaveProperty('InstancesSpared');
  });
});

test.each(['true', 'false'])('A start that is postponed has a log line: HAS_TRAIL=%s', async (HAS_TRAIL) => {
  const handler = await load({ GRACE_PERIOD_MINUTES: '60', HAS_TRAIL });

  await handler(batchOf(start(nameless)), context());

  expect(logLines('instance settled')).toMatchObject([{ instanceId: nameless, outcome: 'postponed' }]);
  expect(metrics()).toMatchObject({ StartsPostponed: 1 });
  expect(metrics()).not.toHaveProperty('InstancesPostponed');
});

test('A warning that was sent does not stand for the kill: people are told of both', async () => {
  const handler = await load({ GRACE_PERIOD_MINUTES: '60', HAS_TRAIL: 'false' });
  const event = launchEvent({ instances: [launchedItem(nameless)] });

  await handler(batchOf(failureRecordOf(event)), context());
  await handler(batchOf(own([nameless])), context());

  expect(noticesOf(bridge)).toEqual(['Nameless Instance Will Be Terminated', 'Nameless Instance Terminated']);
});

test('In report mode nobody is warned of a kill that will not come', async () => {
  const handler = await load({ MODE: 'report', GRACE_PERIOD_MINUTES: '60', HAS_TRAIL: 'false' });

  await handler(batchOf(failureRecordOf(launchEvent({ instances: [launchedItem(nameless)] }))), context());

  expect(noticesOf(bridge)).toEqual([]);
  expect(sqs.sentTo('second-look')).toMatchObject([{ body: { instanceIds: [nameless] } }]);
});
