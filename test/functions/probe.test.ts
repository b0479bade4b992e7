import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AwsServer, startAwsServer } from '../support/aws-server.ts';
import { launchedItem, launchEvent } from '../support/launch-events.ts';
import { startSts } from '../support/sts-server.ts';
import { account, context, nameless, useHandler } from '../support/use-handler.ts';

// Both handlers, with STS on loopback, which lets the hub into one member and keeps it out of another.

const [member, shut] = ['444455556666', '777788889999'];
const home = { account, region: 'eu-west-1' };
const enforcer = useHandler();
let sts: AwsServer;
let shutAccounts: Set<string>;

beforeEach(async () => {
  shutAccounts = new Set([shut]);
  sts = await startSts(shutAccounts);
});
afterEach(async () => sts.close());

const asHub = () => ({ MEMBER_ROLE_NAME: 'enforcer', STACK_NAME: 'hub', AWS_ENDPOINT_URL_STS: sts.url });

const openSockets = () => process.getActiveResourcesInfo().filter((what) => what === 'TCPSocketWrap').length;

describe.each([['load'], ['loadSecondLook']] as const)('A probe (%s)', (load) => {
  test('of a hub asks once in each place, with the role of each member, and says which did not let it in', async () => {
    const handler = await enforcer[load](asHub());
    const other = { account: member, region: 'us-east-1' };
    const closed = { account: shut, region: 'eu-west-1' };

    const { probed } = await handler({ probe: [home, other, closed] }, context());

    expect(probed).toEqual([
      { ...home, problem: undefined },
      { ...other, problem: undefined },
      {
        ...closed,
        problem: `arn:aws:iam::${shut}:role/enforcer did not let this stack in: AccessDenied: no`,
      },
    ]);
    expect([...enforcer.ec2.calls]).toEqual([['DescribeInstances', 2]]);
    expect(sts.requests.map(({ body }) => new URLSearchParams(body).get('RoleSessionName'))).toEqual([
      'first-probe',
      'first-probe',
    ]);
  });

  test('leaves one line in the log, and nothing that is counted', async () => {
    const handler = await enforcer[load](asHub());

    await handler({ probe: [home, { account: shut, region: 'eu-west-1' }] }, context());

    expect(enforcer.logLines('probed')).toMatchObject([{ level: 'INFO', asked: 2, unanswered: 1 }]);
    expect(enforcer.written).toHaveLength(1);
    expect(enforcer.metrics()).toEqual({});
  });

  test('of a stack that is no hub answers for its own place alone', async () => {
    const handler = await enforcer[load]();

    const { probed } = await handler({ probe: [home, { account: member, region: 'eu-west-1' }] }, context());

    expect(probed[0]?.problem).toBeUndefined();
    expect(probed[1]?.problem).toMatch(/^ForeignLaunchError: .*no hub/);
    expect([...enforcer.ec2.calls]).toEqual([['DescribeInstances', 1]]);
  });

  test('sees at once what a member changed since a launch, or a probe, was there', async () => {
    const handler = await enforcer[load](asHub());
    const place = { account: member, region: 'eu-west-1' };
    const problem = async () => (await handler({ probe: [place] }, context())).probed[0]?.problem;

    expect(await problem()).toBeUndefined();
    shutAccounts.add(member);
    expect(await problem()).toContain('AccessDenied');
    shutAccounts.delete(member);
    expect(await problem()).toBeUndefined();
  });

  test('leaves no connection open', async () => {
    const handler = await enforcer[load](asHub());
    const before = openSockets();

    await handler({ probe: [{ account: member, region: 'eu-west-1' }] }, context());

    await expect.poll(openSockets, { timeout: 2_000 }).toBeLessThanOrEqual(before);
  });

  test('ends in time where nobody answers', async () => {
    const silent = await startAwsServer(() => ({ body: 'x'.repeat(100), stallAfter: 10 }));
    const handler = await enforcer[load]({ AWS_ENDPOINT_URL_EC2: silent.url });
    const began = Date.now();

    const { probed } = await handler({ probe: [home] }, context(2_500));

    expect(probed[0]?.problem).toContain('out-of-time');
    expect(Date.now() - began).toBeLessThan(2_400);
    await silent.close();
  });

  test.each([
    [[], 'probe'],
    ['all', 'probe'],
    [Array.from({ length: 101 }, () => home), 'probe'],
    [[{ account: '1', region: 'eu-west-1' }], 'probe.0.account'],
    [[{ account, region: 'eu-west-1.example.org/' }], 'probe.0.region'],
  ])('of another form is refused: %j', async (probe, path) => {
    const handler = await enforcer[load](asHub());

    const failure = handler({ probe }, context());

    await expect(failure).rejects.toMatchObject({ name: 'InvalidEventError', path });
    expect(enforcer.ec2.calls.size).toBe(0);
  });
});

test('A launch in a member opens a session of its own, whatever was probed before', async () => {
  const handler = await enforcer.load(asHub());
  await handler({ probe: [{ account: member, region: 'eu-west-1' }] }, context());
  const event = { ...launchEvent({ instances: [launchedItem(nameless)] }), account: member };

  await handler(event, context());

  const names = sts.requests.map(({ body }) => new URLSearchParams(body).get('RoleSessionName'));
  expect(names).toEqual(['first-probe', expect.stringMatching(/^first-(?!probe)/)]);
});

// An attempt that is not answered ends by itself before; pages without end do not.
test('A probe takes ten seconds at most, though the function has longer', async () => {
  const endless = await startAwsServer(async () => {
    await sleep(500);
    const next = '<nextToken>more</nextToken>';
    return { body: `<DescribeInstancesResponse><reservationSet/>${next}</DescribeInstancesResponse>` };
  });
  const handler = await enforcer.load({ AWS_ENDPOINT_URL_EC2: endless.url });
  const began = Date.now();

  const { probed } = await handler({ probe: [home] }, context(60_000));

  expect(probed[0]?.problem).toContain('out-of-time');
  expect(Date.now() - began).toBeGreaterThan(9_000);
  expect(Date.now() - began).toBeLessThan(11_000);
  await endless.close();
}, 20_000);
