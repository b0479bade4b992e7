import { describe, expect, it, vi } from 'vitest';
import { launchedItem, launchEvent } from '../support/launch-events.ts';
import { account, context, named, nameless, useHandler } from '../support/use-handler.ts';

const enforcer = useHandler();
const { load, logLines, metrics } = enforcer;

describe('a launch that can be settled', () => {
  it('returns one outcome for each instance, with the launch it is about', async () => {
    const handler = await load();

    const answer = await handler(
      launchEvent({
        detail: { eventTime: '2026-03-04T04:06:07Z' },
        instances: [launchedItem(nameless), launchedItem(named)],
      }),
      context(),
    );

    expect(answer.launch).toMatchObject({
      kind: 'listed',
      launchedAt: '2026-03-04T04:06:07.000Z',
      account,
      region: 'eu-west-1',
      launcher: `arn:aws:iam::${account}:user/lena`,
      reservationId: 'r-0a1b2c3d4e5f60718',
      eventId: '0d7c6a8e-6c0e-4a41-9f57-6a1f0e2d9c11',
    });
    expect(answer.outcomes.toSorted((a, b) => a.instanceId.localeCompare(b.instanceId))).toEqual([
      { instanceId: nameless, outcome: 'terminated', reason: 'no-name-tag' },
      { instanceId: named, outcome: 'spared', reason: 'named' },
    ]);
    expect(enforcer.ec2.fleet.terminations.map(({ instanceId }) => instanceId)).toEqual([nameless]);
  });

  it('costs no call to EC2 when the event shows a name', async () => {
    const handler = await load();

    await handler(launchEvent({ requestTags: [{ key: 'Name', value: 'web' }] }), context());

    expect([...enforcer.ec2.calls]).toEqual([]);
  });

  it('costs two calls to EC2 when its one instance is nameless', async () => {
    const handler = await load();

    await handler(launchEvent({ instances: [launchedItem(nameless)] }), context());

    expect([...enforcer.ec2.calls]).toEqual([
      ['DescribeInstances', 1],
      ['TerminateInstances', 1],
    ]);
  });

  it('terminates nothing in report mode, and says what it would have terminated', async () => {
    const handler = await load({ MODE: 'report' });

    const answer = await handler(launchEvent({ instances: [launchedItem(nameless)] }), context());

    expect(answer.outcomes).toEqual([
      { instanceId: nameless, outcome: 'would-terminate', reason: 'no-name-tag' },
    ]);
    expect(enforcer.ec2.fleet.terminations).toEqual([]);
  });

  it('spares an instance with an exempt tag key', async () => {
    const handler = await load({ EXEMPT_TAG_KEYS: 'team , keep' });

    const answer = await handler(
      launchEvent({ instances: [launchedItem(nameless, [{ key: 'keep', value: '' }])] }),
      context(),
    );

    expect(answer.outcomes).toEqual([
      { instanceId: nameless, outcome: 'spared', reason: 'exempt-at-launch' },
    ]);
  });
});

describe('a launch that cannot be settled', () => {
  it('throws only after every other instance is settled, by name, with each open id', async () => {
    const hidden = 'i-00000000000000009';
    const handler = await load();

    const failure = handler(
      launchEvent({ instances: [launchedItem(hidden), launchedItem(nameless)] }),
      context(1_500),
    );

    await expect(failure).rejects.toMatchObject({ name: 'UnsettledInstancesError' });
    await expect(failure).rejects.toThrow(
      /^Expected .* 1 of 2 open \(1 terminated, 1 failed\)\.\ni-0{16}9 failed: not-visible/,
    );
    expect(enforcer.ec2.fleet.terminations.map(({ instanceId }) => instanceId)).toEqual([nameless]);
  });

  it('throws before the time is up, even when EC2 does not answer', async () => {
    const handler = await load();
    enforcer.ec2.faults.add({ kind: 'latency', action: 'DescribeInstances', milliseconds: 60_000 });
    const begun = performance.now();

    const failure = handler(launchEvent({ instances: [launchedItem(nameless)] }), context(1_600));

    await expect(failure).rejects.toThrow(`${nameless} deferred: out-of-time`);
    expect(performance.now() - begun).toBeLessThan(1_500);
  });

  it('throws UnlistedLaunchError when an event without instances holds nothing to find them by', async () => {
    const handler = await load();

    const failure = handler(launchEvent({ detail: { responseElements: { omitted: true } } }), context());

    await expect(failure).rejects.toMatchObject({ name: 'UnlistedLaunchError' });
  });
});

describe('a launch of another account or region', () => {
  const longAgo = { detail: { eventTime: '2020-01-01T00:00:00Z' } };

  it.each([
    ['account', { account: '999988887777' }, {}],
    ['region', { region: 'us-east-1' }, {}],
    ['account, of long ago,', { account: '999988887777' }, longAgo],
    ['region, of long ago,', { region: 'us-east-1' }, longAgo],
  ])(
    '(%s) is thrown back by name, and EC2 is not asked: here it would look gone',
    async (_, elsewhere, parts) => {
      const handler = await load();

      const failure = handler({ ...launchEvent(parts), ...elsewhere }, context());

      await expect(failure).rejects.toMatchObject({ name: 'ForeignLaunchError' });
      await expect(failure).rejects.toThrow(
        `Expected a launch in ${account} eu-west-1, where this stack is, got one in`,
      );
      expect([...enforcer.ec2.calls]).toEqual([]);
      expect(logLines('launch foreign')).toHaveLength(1);
      expect(metrics()).toMatchObject({ LaunchesForeign: 1 });
    },
  );

  it('cannot be told under sam local invoke, whose account is made up', async () => {
    const handler = await load({ AWS_SAM_LOCAL: 'true' });

    const answer = await handler(
      { ...launchEvent({ instances: [launchedItem(nameless)] }), account: '999988887777' },
      context(),
    );

    expect(answer.outcomes).toMatchObject([{ outcome: 'terminated' }]);
  });
});

describe('an event that is no launch', () => {
  it('is ignored with its reason, and no call to EC2', async () => {
    const handler = await load();

    const answer = await handler(launchEvent({ detail: { errorCode: 'Client.DryRunOperation' } }), context());

    expect(answer).toEqual({ launch: { kind: 'ignored', reason: 'failed-call' }, outcomes: [] });
    expect([...enforcer.ec2.calls]).toEqual([]);
    expect(metrics()).toMatchObject({ EventsIgnored: 1 });
  });

  it('is thrown back by name when it is not an event at all, and counted', async () => {
    const handler = await load();

    await expect(handler({ hello: 'world' }, context())).rejects.toMatchObject({ name: 'InvalidEventError' });

    expect(metrics()).toMatchObject({ EventsInvalid: 1 });
  });
});

describe('the settings', () => {
  it.each(['', 'Terminate', 'kill'])('fail the start of the function when MODE is %j', async (mode) => {
    await expect(load({ MODE: mode })).rejects.toMatchObject({ name: 'InvalidSettingError' });
  });
});

describe('logs and metrics', () => {
  it('have one line for each instance that tells what, why, who and where', async () => {
    const handler = await load();

    await handler(launchEvent({ instances: [launchedItem(nameless), launchedItem(named)] }), context());

    const settled = logLines('instance settled');
    expect(settled).toHaveLength(2);
    expect(settled).toContainEqual(
      expect.objectContaining({
        level: 'INFO',
        instanceId: nameless,
        outcome: 'terminated',
        reason: 'no-name-tag',
        launcher: `arn:aws:iam::${account}:user/lena`,
        account,
        region: 'eu-west-1',
        reservationId: 'r-0a1b2c3d4e5f60718',
        eventId: '0d7c6a8e-6c0e-4a41-9f57-6a1f0e2d9c11',
      }),
    );
  });

  it('are one line for a launch of one instance, log and metrics in one, with the stack as a dimension', async () => {
    const handler = await load({ STACK_NAME: 'blue' });

    await handler(launchEvent({ requestTags: [{ key: 'Name', value: 'web' }] }), context());

    expect(enforcer.written).toHaveLength(1);
    expect(enforcer.written[0]).toMatch(/"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/);
    expect(JSON.parse(enforcer.written[0] ?? '')).toMatchObject({
      level: 'INFO',
      message: 'instance settled',
      outcome: 'spared',
      service: 'ec2-name-tag-enforcer',
      stack: 'blue',
      LaunchesListed: 1,
      InstancesSpared: 1,
      _aws: { CloudWatchMetrics: [{ Namespace: 'Ec2NameTagEnforcer', Dimensions: [['service', 'stack']] }] },
    });
    expect(enforcer.written[0]?.length).toBeLessThan(850);
  });

  it('have the request id in each line, and the cold start in those of the first invocation', async () => {
    const handler = await load();

    await handler(launchEvent({ instances: [launchedItem(nameless), launchedItem(named)] }), context());
    const first = enforcer.written.length;
    await handler(launchEvent({ instances: [launchedItem(nameless), launchedItem(named)] }), context());

    const lines = enforcer.written.map((line): unknown => JSON.parse(line));
    expect(lines).toHaveLength(2 * first);
    for (const line of lines) expect(line).toMatchObject({ requestId: context().awsRequestId });
    for (const line of lines.slice(0, first)) expect(line).toHaveProperty('coldStart', true);
    for (const line of lines.slice(first)) expect(line).not.toHaveProperty('coldStart');
  });

  it('count launches, outcomes and failures, and time a launch that is settled', async () => {
    const handler = await load();

    await handler(
      launchEvent({
        detail: { eventTime: new Date(Date.now() - 5_000).toISOString() },
        instances: [launchedItem(nameless), launchedItem(named)],
      }),
      context(),
    );

    expect(metrics()).toMatchObject({ LaunchesListed: 1, InstancesTerminated: 1, InstancesSpared: 1 });
    const { SecondsToSettlement: seconds } = metrics();
    expect(seconds).toBeGreaterThanOrEqual(5);
    expect(seconds).toBeLessThan(15);
  });

  it('count a failure by its reason, and do not time a launch that stays open', async () => {
    const handler = await load();
    enforcer.ec2.faults.add({ kind: 'refuse', instanceIds: [nameless] });

    await expect(handler(launchEvent({ instances: [launchedItem(nameless)] }), context())).rejects.toThrow(
      'denied',
    );

    expect(metrics()).toMatchObject({ InstancesFailed: 1, FailuresDenied: 1 });
    expect(metrics()).not.toHaveProperty('SecondsToSettlement');
  });

  it('never hold the whole event above level debug', async () => {
    const handler = await load();
    const secret = 'export TOKEN=abc';

    await handler(
      launchEvent({
        instances: [launchedItem(nameless)],
        detail: { requestParameters: { userData: secret } },
      }),
      context(),
    );

    expect(enforcer.written.join('\n')).not.toContain(secret);
  });

  it('never change an outcome when they fail', async () => {
    const handler = await load();
    vi.spyOn(JSON, 'stringify').mockImplementation(() => {
      throw new Error('no space left');
    });
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);

    const answer = await handler(launchEvent({ instances: [launchedItem(nameless)] }), context());

    expect(answer.outcomes).toEqual([{ instanceId: nameless, outcome: 'terminated', reason: 'no-name-tag' }]);
    expect(warned).toHaveBeenCalled();
  });
});
