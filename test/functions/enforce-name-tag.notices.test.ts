import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalEventBridge, startEventBridge } from '../support/event-bridge.ts';
import { launchedItem, launchEvent } from '../support/launch-events.ts';
import { schemaFaults } from '../support/notice-schema.ts';
import { account, context, named, nameless, useHandler } from '../support/use-handler.ts';

const hidden = 'i-00000000000000009';
const enforcer = useHandler();
const { logLines, metrics } = enforcer;

let bridge: LocalEventBridge;

beforeEach(async () => {
  bridge = await startEventBridge();
});

afterEach(async () => {
  await bridge.close();
});

/** The handler as it is deployed: with an event bus. */
const load = async (settings: Readonly<Record<string, string>> = {}) =>
  enforcer.load({ EVENT_BUS_NAME: 'default', AWS_ENDPOINT_URL_EVENTBRIDGE: bridge.url, ...settings });

const launched = (...instanceIds: readonly string[]) =>
  launchEvent({ instances: instanceIds.map((instanceId) => launchedItem(instanceId)) });

describe('people are told', () => {
  test('of a launch that lost an instance, by one event of the schema', async () => {
    const handler = await load();

    await handler(launched(nameless, named), context());

    expect(bridge.entries).toMatchObject([
      {
        EventBusName: 'default',
        Source: 'ec2-name-tag-enforcer',
        DetailType: 'Nameless Instance Terminated',
        Detail: { launcher: { name: 'lena' }, account, instanceIds: [nameless] },
      },
    ]);
    expect(schemaFaults(bridge.entries[0]?.Detail)).toEqual([]);
    expect(logLines('notice sent')).toMatchObject([{ level: 'INFO', instances: 1 }]);
    expect(metrics()).toMatchObject({ NoticesSent: 1, InstancesTerminated: 1 });
  });

  test('in report mode of one that would have', async () => {
    const handler = await load({ MODE: 'report' });

    await handler(launched(nameless), context());
    await handler(launched(nameless), context());

    expect(bridge.entries.map(({ DetailType }) => DetailType)).toEqual([
      'Nameless Instance Would Be Terminated',
    ]);
  });

  test('nothing of one that lost none', async () => {
    const handler = await load();

    await handler(launched(named), context());
    await handler(launchEvent({ detail: { errorCode: 'Client.DryRunOperation' } }), context());

    expect(bridge.entries).toEqual([]);
    expect(metrics()).not.toHaveProperty('NoticesSent');
  });

  test('of a kill before the handler throws for its neighbour, and not again by the next try', async () => {
    const handler = await load();
    enforcer.ec2.fleet.add({ instances: [{ instanceId: hidden, tags: [], terminationProtected: true }] });

    for (let attempt = 1; attempt <= 3; attempt++) {
      await expect(handler(launched(nameless, hidden), context())).rejects.toThrow('failed: protected');
    }

    expect(bridge.entries.map(({ Detail }) => Detail['instanceIds'])).toEqual([[nameless]]);
  });

  test('of a kill even when an instance that EC2 never shows takes all the time there is', async () => {
    const handler = await load();

    await expect(handler(launched(nameless, hidden), context(5_000))).rejects.toThrow('failed: not-visible');

    expect(bridge.entries).toHaveLength(1);
  });

  test('nothing where there is no event bus', async () => {
    const handler = await enforcer.load({ AWS_ENDPOINT_URL_EVENTBRIDGE: bridge.url });

    await handler(launched(nameless), context());

    expect(enforcer.ec2.fleet.terminations).toHaveLength(1);
    expect(bridge.entries).toEqual([]);
    expect(logLines('notice failed')).toEqual([]);
  });
});

describe('a notice that fails', () => {
  const denied = { __type: 'AccessDeniedException', message: 'not authorized to perform: events:PutEvents' };

  test('changes no outcome, and is logged and counted', async () => {
    const handler = await load();
    bridge.answers.push([400, denied]);

    const answer = await handler(launched(nameless), context());

    expect(answer.outcomes).toEqual([{ instanceId: nameless, outcome: 'terminated', reason: 'no-name-tag' }]);
    expect([...enforcer.ec2.calls]).toEqual([
      ['DescribeInstances', 1],
      ['TerminateInstances', 1],
    ]);
    expect(logLines('notice failed')).toMatchObject([
      {
        level: 'ERROR',
        kind: 'call-failed',
        detail: 'AccessDeniedException: not authorized to perform: events:PutEvents',
        launcher: `arn:aws:iam::${account}:user/lena`,
      },
    ]);
    expect(metrics()).toMatchObject({ NoticesFailed: 1, InstancesTerminated: 1 });
  });

  test('leaves the error of an unsettled neighbour as it is', async () => {
    const handler = await load();
    enforcer.ec2.fleet.add({ instances: [{ instanceId: hidden, tags: [], terminationProtected: true }] });
    bridge.answers.push([400, denied]);

    await expect(handler(launched(nameless, hidden), context())).rejects.toMatchObject({
      name: 'UnsettledInstancesError',
    });
  });

  test('because EventBridge never answers leaves the time that it takes to throw', async () => {
    const handler = await load();
    bridge.answers.push('nothing', 'nothing', 'nothing');
    const begun = performance.now();

    await expect(handler(launched(nameless, hidden), context(5_000))).rejects.toMatchObject({
      name: 'UnsettledInstancesError',
    });

    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(metrics()).toMatchObject({ NoticesFailed: 1 });
  });
});
