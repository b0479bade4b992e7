import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { launchedItem, launchEvent } from '../support/launch-events.ts';
import { type LocalSqs, startSqs } from '../support/sqs.ts';
import { context, named, nameless, useHandler } from '../support/use-handler.ts';

const guarded = 'i-00000000000000003';
const hidden = 'i-00000000000000009';
const enforcer = useHandler();

let sqs: LocalSqs;

beforeEach(async () => {
  sqs = await startSqs();
  enforcer.ec2.fleet.add({ instances: [{ instanceId: guarded, tags: [], terminationProtected: true }] });
});

afterEach(async () => {
  await sqs.close();
});

/** The handler as it is deployed: with both queues. */
const load = async (settings: Readonly<Record<string, string>> = {}) =>
  enforcer.load({
    AWS_ENDPOINT_URL_SQS: sqs.url,
    DEAD_LETTER_QUEUE_URL: sqs.queueUrl('dead-letters'),
    SECOND_LOOK_QUEUE_URL: sqs.queueUrl('second-look'),
    ...settings,
  });
const launched = (...instanceIds: readonly string[]) =>
  launchEvent({ instances: instanceIds.map((instanceId) => launchedItem(instanceId)) });

describe('What only a person can settle', () => {
  test('lies in the dead-letter queue when the function ends, and nothing is thrown', async () => {
    const handler = await load();
    const event = launched(guarded);

    const { outcomes } = await handler(event, context());

    expect(outcomes).toMatchObject([{ instanceId: guarded, outcome: 'failed', reason: 'protected' }]);
    expect(sqs.sentTo('dead-letters')).toMatchObject([
      {
        attributes: { error: 'UnsettledInstancesError', reasons: 'protected' },
        body: {
          requestContext: { functionArn: context().invokedFunctionArn, condition: 'NotRetryable' },
          requestPayload: event,
          responsePayload: { errorType: 'UnsettledInstancesError' },
        },
      },
    ]);
    expect(sqs.sentTo('second-look')).toEqual([]);
  });

  test('is told apart from what another try may settle, which waits for its second look', async () => {
    const handler = await load();

    await handler(launched(guarded, hidden, nameless), context(6_000));

    expect(sqs.sentTo('dead-letters')).toMatchObject([{ attributes: { reasons: 'protected' } }]);
    expect(sqs.sentTo('second-look')).toMatchObject([
      {
        body: {
          version: 1,
          instanceIds: [hidden],
          launch: { launcher: 'arn:aws:iam::111122223333:user/lena' },
        },
        delaySeconds: 60,
      },
    ]);
  });

  test('is an event of another form as well', async () => {
    const handler = await load();

    const answer = await handler({ source: 'aws.ec2' }, context());

    expect(answer).toMatchObject({ launch: { kind: 'invalid' }, outcomes: [] });
    expect(sqs.sentTo('dead-letters')).toMatchObject([
      {
        attributes: { error: 'InvalidEventError', reasons: 'invalid-event' },
        body: { requestPayload: { source: 'aws.ec2' } },
      },
    ]);
    expect(enforcer.logLines('event invalid')).toHaveLength(1);
  });

  test('is a launch of another account as well', async () => {
    const handler = await load();

    await handler(launchEvent({ envelope: { account: '999988887777' } }), context());

    expect(sqs.sentTo('dead-letters')).toMatchObject([{ attributes: { reasons: 'foreign-launch' } }]);
  });

  test('is thrown when it is sent again by hand: the dead letter is there already', async () => {
    const handler = await load();

    await expect(handler({ ...launched(guarded), redrive: true }, context())).rejects.toThrow(
      'failed: protected',
    );
    await expect(handler({ source: 'aws.ec2', redrive: true }, context())).rejects.toThrow('`detail-type`');
    expect(sqs.sentTo('dead-letters')).toEqual([]);
  });

  test('is put there though the other queue is gone', async () => {
    const handler = await load({ SECOND_LOOK_QUEUE_URL: 'http://127.0.0.1:1/111122223333/gone' });

    await expect(handler(launched(guarded, hidden), context(6_000))).rejects.toThrow('Expected the queue');
    expect(sqs.sentTo('dead-letters')).toHaveLength(1);
  });

  test('comes again with the event when the queue does not take it', async () => {
    const handler = await load();
    sqs.fail();

    await expect(handler(launched(guarded), context())).rejects.toThrow(
      'Expected the queue to take every message, got 1 refused or unanswered: AccessDenied',
    );
  });
});

describe('What another try may settle', () => {
  test('is thrown, so that Lambda tries again', async () => {
    const handler = await load();

    await expect(handler(launched(hidden), context(6_000))).rejects.toThrow('failed: not-visible');
    expect(sqs.sentTo('dead-letters')).toEqual([]);
    expect(sqs.sentTo('second-look')).toEqual([]);
  });
});

describe('With grace', () => {
  const grace = { GRACE_PERIOD_MINUTES: '60' };

  test('a nameless instance lives, and waits in the queue until its time has come', async () => {
    const handler = await load(grace);
    const eventTime = new Date(Date.now() - 5_000);

    const { outcomes } = await handler(
      launchEvent({ instances: [launchedItem(nameless)], detail: { eventTime: eventTime.toISOString() } }),
      context(),
    );

    const dueAt = new Date(eventTime.getTime() + 60 * 60_000).toISOString();
    expect(outcomes).toEqual([
      { instanceId: nameless, outcome: 'postponed', reason: 'no-name-tag', dueAt, mode: 'terminate' },
    ]);
    expect(sqs.sentTo('second-look')).toMatchObject([
      {
        body: {
          version: 1,
          instanceIds: [nameless],
          dueAt,
          launch: { launcher: 'arn:aws:iam::111122223333:user/lena', launchedAt: eventTime.toISOString() },
        },
        delaySeconds: 900,
      },
    ]);
    expect(enforcer.logLines('instance settled')).toMatchObject([{ outcome: 'postponed', dueAt }]);
    expect(enforcer.metrics()).toMatchObject({ InstancesPostponed: 1 });
    expect(enforcer.metrics()).not.toHaveProperty('SecondsToSettlement');
  });

  test('a named one is settled at once', async () => {
    const handler = await load(grace);

    const { outcomes } = await handler(launched(named), context());

    expect(outcomes).toMatchObject([{ outcome: 'spared' }]);
    expect(sqs.sentTo('second-look')).toEqual([]);
  });

  test('a postponed instance that no queue keeps comes again with its event', async () => {
    const handler = await load(grace);
    sqs.fail();

    await expect(handler(launched(nameless), context())).rejects.toThrow(
      'Expected the queue to take every message',
    );
  });
});
