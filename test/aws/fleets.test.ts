import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  EC2Client,
  EC2ServiceException,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { AssumeRoleCommand, STSClient, STSServiceException } from '@aws-sdk/client-sts';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMembers } from '../../src/aws/members.ts';
import type { Hub } from '../../src/aws/member-sessions.ts';
import { idOf, source } from '../support/launches.ts';
import { mockClient } from '../support/mock-client.ts';

const sts = mockClient(STSClient);
const ec2 = mockClient(EC2Client);

const hub = {
  partition: 'aws',
  account: '111122223333',
  region: 'eu-central-1',
  stack: 'enforcer',
  roleName: 'name-tag-enforcer-member',
};
const one = { account: '444455556666', region: 'us-east-1' };
const other = { account: '777788889999', region: 'us-east-1' };
const hour = 60 * 60_000;
const fleetsOf = (of: Hub) => createMembers(of, undefined).fleets;
const soon = () => Date.now() + 5_000;

/** STS gives what a role of the account may be known by, for an hour. */
const letIn = ({ RoleArn = '' }: Partial<AssumeRoleCommandInput>) => ({
  Credentials: {
    AccessKeyId: `key of ${RoleArn.split(':')[4]}, ${new Date().toISOString()}`,
    SecretAccessKey: 'secret',
    SessionToken: 'token',
    Expiration: new Date(Date.now() + hour),
  },
});
const refusal = (name: string, status: number) =>
  new STSServiceException({
    name,
    message: 'what STS says',
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status },
  });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 2, 1, 9) });
  sts.reset();
  ec2.reset();
  sts.on(AssumeRoleCommand).callsFake(letIn);
  ec2.on(DescribeInstancesCommand).resolves({ Reservations: [] });
});
afterEach(() => {
  vi.useRealTimers();
});

const assumed = () => sts.commandCalls(AssumeRoleCommand).map(({ args: [{ input }] }) => input);
/** The clients that asked EC2, call by call. */
const askedBy = (): EC2Client[] =>
  ec2.commandCalls(DescribeInstancesCommand).flatMap((call) => {
    const client: unknown = call.thisValue;
    return client instanceof EC2Client ? [client] : [];
  });
const keyOf = async (client: EC2Client) => (await client.config.credentials()).accessKeyId;
/** With whose key, and in which region, EC2 was asked. */
const askedWith = async () =>
  Promise.all(
    askedBy().map(async (client) => `${(await keyOf(client)).slice(0, 19)} ${await client.config.region()}`),
  );

describe('The fleet of a member', () => {
  test("is asked with the member's own role, in its region", async () => {
    const fleets = fleetsOf(hub);

    await fleets(one, source).describe([idOf(1)], soon());
    await fleets({ ...one, region: 'eu-west-1' }, source).describe([idOf(2)], soon());
    await fleets(other, source).describe([idOf(3)], soon());

    expect(assumed().map(({ RoleArn }) => RoleArn)).toEqual([
      'arn:aws:iam::444455556666:role/name-tag-enforcer-member',
      'arn:aws:iam::777788889999:role/name-tag-enforcer-member',
    ]);
    expect(await askedWith()).toEqual([
      'key of 444455556666 us-east-1',
      'key of 444455556666 eu-west-1',
      'key of 777788889999 us-east-1',
    ]);
  });

  test('passes each call on with what it asks for', async () => {
    ec2.on(TerminateInstancesCommand).resolves({
      TerminatingInstances: [{ InstanceId: idOf(1), CurrentState: { Name: 'shutting-down' } }],
    });
    const fleet = fleetsOf(hub)(one, source);
    ec2.on(CreateTagsCommand).resolves({});

    const found = await fleet.find({ by: 'reservation-id', value: 'r-1' }, soon());
    const down = await fleet.findDown([{ kind: 'auto-scaling-group', name: 'web' }], soon());
    const named = await fleet.name(idOf(1), 'web-1', soon());
    const terminated = await fleet.terminate([idOf(1)], soon());

    expect([found, down]).toMatchObject([{ kind: 'described' }, { kind: 'described' }]);
    expect(ec2.commandCalls(DescribeInstancesCommand)[1]?.args[0].input.Filters).toContainEqual({
      Name: 'tag:aws:autoscaling:groupName',
      Values: ['web'],
    });
    expect(named).toEqual({ kind: 'accepted' });
    expect(ec2.commandCalls(CreateTagsCommand)[0]?.args[0].input.Resources).toEqual([idOf(1)]);
    expect(terminated).toMatchObject({ kind: 'accepted', terminated: new Set([idOf(1)]) });
    expect(fleet.limits).toEqual({ describe: 200, terminate: 1000 });
  });

  test("has a session that CloudTrail in the member shows with the launch and the hub's stack", async () => {
    const longest = { ...hub, stack: 's'.repeat(128) };

    await fleetsOf(hub)(one, source).describe([idOf(1)], soon());
    await fleetsOf(longest)(one, { ...source, eventId: 'Ü/'.repeat(60) }).describe([idOf(1)], soon());

    const [usual, strange] = assumed();
    expect(usual).toMatchObject({
      RoleSessionName: `first-${source.eventId}`,
      SourceIdentity: 'enforcer@111122223333.eu-central-1',
      DurationSeconds: 3600,
    });
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    for (const name of [strange?.RoleSessionName, strange?.SourceIdentity])
      expect(name).toMatch(/^[\w+=,.@-]{64}$/);
    expect(strange?.SourceIdentity).toMatch(/@111122223333\.eu-central-1$/);
  });
});

describe('A session', () => {
  test('is opened once for all who ask at the same time, and named after the first', async () => {
    const fleets = fleetsOf(hub);

    await Promise.all(
      Array.from({ length: 20 }, async (_, index) =>
        fleets(one, { ...source, eventId: `event-${index}` }).describe([idOf(index)], soon()),
      ),
    );

    expect(assumed().map(({ RoleSessionName }) => RoleSessionName)).toEqual(['first-event-0']);
    expect(ec2.commandCalls(DescribeInstancesCommand)).toHaveLength(20);
  });

  test('is used until a minute before its end, and the next call has a new one', async () => {
    const fleets = fleetsOf(hub);
    const ask = async () => fleets(one, source).describe([idOf(1)], soon());
    await ask();

    vi.setSystemTime(Date.now() + hour - 60_001);
    await ask();
    expect(assumed()).toHaveLength(1);

    vi.setSystemTime(Date.now() + 1);
    await ask();
    expect(assumed()).toHaveLength(2);
    const [, , third] = askedBy();
    expect(third && (await keyOf(third))).toBe('key of 444455556666, 2026-03-01T09:59:00.000Z');
  });

  test('10,000 launches over 50 accounts within an hour open 50', async () => {
    const fleets = fleetsOf(hub);
    const launches = 10_000;

    for (let launch = 0; launch < launches; launch++) {
      const account = String(100_000_000_000 + (launch % 50));
      await fleets({ account, region: 'us-east-1' }, source).describe([idOf(launch)], soon());
      vi.setSystemTime(Date.now() + (hour - 2 * 60_000) / launches);
    }

    expect(assumed()).toHaveLength(50);
    expect(new Set(assumed().map(({ RoleArn }) => RoleArn)).size).toBe(50);
  });
});

describe('A member that refuses', () => {
  test('fails its own calls by name, at once, and no others', async () => {
    sts.on(AssumeRoleCommand).callsFake((input: AssumeRoleCommandInput) => {
      if (input.RoleArn?.includes(one.account)) throw refusal('AccessDenied', 403);
      return letIn(input);
    });
    const fleets = fleetsOf(hub);

    const [refused, answered] = await Promise.all([
      fleets(one, source).describe([idOf(1)], soon()),
      fleets(other, source).describe([idOf(2)], soon()),
    ]);

    expect(refused).toEqual({
      kind: 'call-failed',
      transient: false,
      detail:
        'arn:aws:iam::444455556666:role/name-tag-enforcer-member did not let this stack in: AccessDenied: what STS says',
    });
    expect(answered).toMatchObject({ kind: 'described' });
  });

  test('is asked once a minute, however many launches it has, and let in when it lets in', async () => {
    sts.on(AssumeRoleCommand).rejects(refusal('AccessDenied', 403));
    const fleets = fleetsOf(hub);
    for (let launch = 0; launch < 100; launch++) await fleets(one, source).describe([idOf(1)], soon());
    expect(assumed()).toHaveLength(1);

    sts.on(AssumeRoleCommand).callsFake(letIn);
    vi.setSystemTime(Date.now() + 60_000);
    const answer = await fleets(one, source).describe([idOf(1)], soon());

    expect(assumed()).toHaveLength(2);
    expect(answer).toMatchObject({ kind: 'described' });
  });
});

describe('STS', () => {
  test.each([
    ['throttles', refusal('Throttling', 400)],
    ['fails', refusal('InternalFailure', 500)],
    ['drops the connection', new Error('ECONNRESET')],
  ])('that %s is asked again by the next try', async (_, error) => {
    sts.on(AssumeRoleCommand).rejectsOnce(error).callsFake(letIn);
    const fleets = fleetsOf(hub);

    const failed = await fleets(one, source).describe([idOf(1)], soon());
    const answered = await fleets(one, source).describe([idOf(1)], soon());

    expect(failed).toMatchObject({ kind: 'call-failed', transient: true });
    expect(answered).toMatchObject({ kind: 'described' });
  });

  test('that answers without credentials is asked again', async () => {
    sts.on(AssumeRoleCommand).resolves({});

    const failed = await fleetsOf(hub)(one, source).describe([idOf(1)], soon());

    expect(failed).toHaveProperty('transient', true);
    expect(failed).toHaveProperty(
      'detail',
      expect.stringContaining('Expected STS to answer with credentials'),
    );
  });

  test('that does not answer holds a call up to its deadline, and no longer', async () => {
    vi.useRealTimers();
    sts.on(AssumeRoleCommand).callsFake(async () => new Promise(() => {}));

    const answer = await fleetsOf(hub)(one, source).describe([idOf(1)], Date.now() + 100);

    expect(answer).toEqual({ kind: 'out-of-time' });
  });
});

test('A region that is switched off fails by name, and not as one that another try at once may help', async () => {
  const message = 'AWS was not able to validate the provided access credentials';
  ec2.on(DescribeInstancesCommand).rejects(
    new EC2ServiceException({
      name: 'AuthFailure',
      message,
      $fault: 'client',
      $metadata: { httpStatusCode: 401 },
    }),
  );

  const answer = await fleetsOf(hub)(one, source).describe([idOf(1)], soon());

  expect(answer).toEqual({ kind: 'call-failed', transient: false, detail: `AuthFailure: ${message}` });
});

test('200 clients are held, and what is let go is made again', async () => {
  const fleets = fleetsOf(hub);
  const ask = async (number: number) =>
    fleets({ account: String(100_000_000_000 + number), region: 'us-east-1' }, source).describe(
      [idOf(1)],
      soon(),
    );

  for (let number = 0; number < 200; number++) await ask(number);
  for (let number = 0; number < 200; number++) await ask(number);
  expect(new Set(askedBy()).size).toBe(200);

  await ask(200);
  await ask(0);
  expect(new Set(askedBy()).size).toBe(202);
});
