import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AwsAnswer, type AwsRequest, type AwsServer, startAwsServer } from '../support/aws-server.ts';
import { launchedItem, launchEvent } from '../support/launch-events.ts';
import { batchOf, startEvent } from '../support/second-look-messages.ts';
import { startSts } from '../support/sts-server.ts';
import { account, context, named, nameless, useHandler } from '../support/use-handler.ts';

// The handlers of a hub, with STS on loopback, and one EC2 that has the instances of all accounts.

const [member, shut, hanging] = ['444455556666', '777788889999', '222233334444'];
const enforcer = useHandler();
const { logLines } = enforcer;
let sts: AwsServer;
let eventBridge: AwsServer;
/** What EventBridge answers in a member; in the hub it takes every notice. */
let inMember: AwsAnswer;
/** An answer that never comes to its end. */
const hangs = { body: 'x'.repeat(100), stallAfter: 10 };
const taken = { body: JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }) };

beforeEach(async () => {
  sts = await startSts(new Set([shut]));
  inMember = taken;
  eventBridge = await startAwsServer((request) =>
    isOfMember(request) ? (isOfHanging(request) ? hangs : inMember) : taken,
  );
});
afterEach(async () => Promise.all([sts.close(), eventBridge.close()]));

/** The session of a member is known by its token; the functions' own credentials here have none. */
const tokenOf = ({ headers }: AwsRequest) => String(headers['x-amz-security-token'] ?? '');
const isOfMember = (request: AwsRequest) => tokenOf(request).startsWith('of-');
const isOfHanging = (request: AwsRequest) => tokenOf(request) === `of-${hanging}`;
const settings = () => ({ MEMBER_ROLE_NAME: 'enforcer', STACK_NAME: 'hub', AWS_ENDPOINT_URL_STS: sts.url });
const assumed = () => sts.requests.map(({ body }) => new URLSearchParams(body));
const launchIn = (of: string) => ({ ...launchEvent({ instances: [launchedItem(nameless)] }), account: of });
const Metrics = v.looseObject({ _aws: v.unknown(), account: v.optional(v.string()) });

test("A launch of a member is settled with the member's role, and told of with its account", async () => {
  const handler = await enforcer.load(settings());

  const { outcomes } = await handler(launchIn(member), context());

  expect(outcomes).toMatchObject([{ instanceId: nameless, outcome: 'terminated' }]);
  expect(assumed().map((call) => [call.get('RoleArn'), call.get('SourceIdentity')])).toEqual([
    [`arn:aws:iam::${member}:role/enforcer`, `hub@${account}.eu-west-1`],
  ]);
  expect(logLines('instance settled')).toMatchObject([
    { account: member, region: 'eu-west-1', InstancesTerminated: 1 },
  ]);
});

test("A launch of the hub's own account takes no role on", async () => {
  const handler = await enforcer.load(settings());

  await handler(launchIn(account), context());

  expect(sts.requests).toEqual([]);
});

test('A launch of a member that does not let the hub in is thrown back by name, at once', async () => {
  const handler = await enforcer.load(settings());
  const began = Date.now();

  const failure = handler(launchIn(shut), context());

  await expect(failure).rejects.toThrow(`${nameless} failed: unreadable`);
  await expect(failure).rejects.toThrow(
    `arn:aws:iam::${shut}:role/enforcer did not let this stack in: AccessDenied`,
  );
  expect(Date.now() - began).toBeLessThan(5_000);
  expect(enforcer.ec2.calls.size).toBe(0);
});

test('What EC2 does not show or throttles holds up nobody: it is thrown back after two rounds', async () => {
  const handler = await enforcer.load(settings());
  const unknown = 'i-0fedcba9876543210';
  const event = { ...launchEvent({ instances: [launchedItem(unknown)] }), account: member };

  await expect(handler(event, context())).rejects.toThrow(`${unknown} failed: not-visible`);

  expect([...enforcer.ec2.calls]).toEqual([['DescribeInstances', 2]]);
});

test('Second looks of several accounts have their counts in a line for each of them', async () => {
  const handler = await enforcer.loadSecondLook(settings());
  const time = new Date(Date.now() - 120_000).toISOString();
  const start = (instanceId: string, of: string) =>
    startEvent({ instanceId, account: of, region: 'eu-west-1', time });

  await handler(batchOf(start(named, member), start(named, account), start(named, member)), context());

  const counted = enforcer.written
    .map((line) => v.safeParse(v.pipe(v.string(), v.parseJson(), Metrics), line))
    .flatMap(({ success, output }) => (success ? [output] : []));
  expect(counted).toMatchObject([
    { account: member, SecondLooks: 2, StartsSpared: 1 },
    { account, SecondLooks: 1, StartsSpared: 1 },
  ]);
  // The account is beside the values, and no dimension of the metric.
  for (const line of counted)
    expect(line).toHaveProperty(['_aws', 'CloudWatchMetrics', 0, 'Dimensions'], [['service', 'stack']]);
});

const Detail = v.pipe(v.string(), v.parseJson(), v.object({ account: v.string() }));
const Put = v.pipe(v.string(), v.parseJson(), v.object({ Entries: v.tuple([v.object({ Detail })]) }));
const noticesInMembers = () => ({
  ...settings(),
  EVENT_BUS_NAME: 'default',
  NOTICES_IN_MEMBERS: 'true',
  AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.url,
});
const putEvents = () =>
  eventBridge.requests.map((request) => ({ inMember: isOfMember(request), region: request.region }));

describe('With notices in members', () => {
  const both = [
    { inMember: false, region: 'eu-west-1' },
    { inMember: true, region: 'eu-west-1' },
  ];

  test('a kill in a member is told of on both buses', async () => {
    const handler = await enforcer.load(noticesInMembers());

    await handler(launchIn(member), context());

    expect(putEvents()).toEqual(expect.arrayContaining(both));
    expect(putEvents()).toHaveLength(2);
    expect(logLines('notice sent')).toMatchObject([{ account: member }, { account: member, bus: 'member' }]);
    expect(assumed()).toHaveLength(1);
  });

  test('a member whose bus hangs costs nobody else a notice', async () => {
    const handler = await enforcer.loadSecondLook({
      ...noticesInMembers(),
      MODE: 'report',
      HAS_TRAIL: 'false',
    });
    const time = new Date(Date.now() - 120_000).toISOString();
    const start = (of: string, region: string) =>
      startEvent({ instanceId: nameless, account: of, region, time });
    const ofHanging = Array.from({ length: 15 }, (_, index) => start(hanging, `eu-west-${index + 1}`));

    await handler(batchOf(...ofHanging, start(member, 'eu-west-1')), context(4_500));

    const puts = eventBridge.requests.map((request) => [
      isOfMember(request) ? tokenOf(request) : 'hub',
      v.parse(Put, request.body).Entries[0].Detail.account,
    ]);
    expect(puts).toContainEqual(['hub', hanging]);
    expect(puts).toContainEqual([`of-${member}`, member]);
    expect(logLines('notice sent')).toContainEqual(
      expect.objectContaining({ bus: 'member', account: member }),
    );
  });

  test('a kill that a second look makes in a member is, too', async () => {
    const handler = await enforcer.loadSecondLook(noticesInMembers());
    const time = new Date(Date.now() - 120_000).toISOString();
    const start = startEvent({ instanceId: nameless, account: member, region: 'eu-west-1', time });

    await handler(batchOf(start), context());

    expect(putEvents()).toEqual(expect.arrayContaining(both));
    expect(putEvents()).toHaveLength(2);
  });

  test("a kill in the hub's own account and region is told of once", async () => {
    const handler = await enforcer.load(noticesInMembers());

    await handler(launchIn(account), context());

    expect(putEvents()).toEqual([{ inMember: false, region: 'eu-west-1' }]);
  });

  test('a role of an older member fails its notice by name, and nothing else', async () => {
    const handler = await enforcer.load(noticesInMembers());
    const message = `User: arn:aws:sts::${member}:assumed-role/enforcer/first is not authorized to perform: events:PutEvents`;
    inMember = { status: 400, body: JSON.stringify({ __type: 'AccessDeniedException', message }) };

    const { outcomes } = await handler(launchIn(member), context());

    expect(outcomes).toMatchObject([{ instanceId: nameless, outcome: 'terminated' }]);
    expect(putEvents()).toHaveLength(2);
    expect(logLines('notice sent')).toHaveLength(1);
    expect(logLines('notice failed')).toMatchObject([
      {
        level: 'ERROR',
        bus: 'member',
        account: member,
        region: 'eu-west-1',
        detail: `AccessDeniedException: ${message}`,
        NoticesFailed: 1,
      },
    ]);
  });

  test('a member whose EventBridge fails is asked twice, and the hub has its notice once', async () => {
    const handler = await enforcer.load(noticesInMembers());
    inMember = { status: 500, body: JSON.stringify({ __type: 'InternalException' }) };

    await handler(launchIn(member), context());

    expect(putEvents().filter((one) => one.inMember)).toHaveLength(2);
    expect(putEvents().filter((one) => !one.inMember)).toHaveLength(1);
    expect(logLines('notice failed')).toMatchObject([{ bus: 'member', kind: 'call-failed' }]);
  });

  test('where that is not asked for, the member gets none', async () => {
    const handler = await enforcer.load({ ...noticesInMembers(), NOTICES_IN_MEMBERS: 'false' });

    await handler(launchIn(member), context());

    expect(putEvents()).toEqual([{ inMember: false, region: 'eu-west-1' }]);
  });
});
