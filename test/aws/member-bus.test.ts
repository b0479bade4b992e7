import {
  EventBridgeClient,
  EventBridgeServiceException,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { AssumeRoleCommand, STSClient, STSServiceException } from '@aws-sdk/client-sts';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from 'vitest';
import { createMembers } from '../../src/aws/members.ts';
import { createEventBus } from '../../src/aws/event-bus.ts';
import type { EventBus } from '../../src/notices/notifier.ts';
import { idOf, source } from '../support/launches.ts';
import { mockClient } from '../support/mock-client.ts';

const sts = mockClient(STSClient);
const eventBridge = mockClient(EventBridgeClient);

const hub = {
  partition: 'aws',
  account: '111122223333',
  region: 'eu-central-1',
  stack: 'enforcer',
  roleName: 'name-tag-enforcer-member',
};
const one = { account: '444455556666', region: 'us-east-1' };
const soon = () => Date.now() + 5_000;
const membersOf = () => createMembers(hub, undefined);
const busOf = () => membersOf().busOf(createEventBus);
const contentOf = (place: { readonly account: string | undefined; readonly region: string | undefined }) => ({
  source: { ...source, ...place },
  instances: [{ instanceId: idOf(1), outcome: 'terminated', reason: 'no-name-tag' } as const],
  at: Date.UTC(2026, 2, 1, 9, 0, 4),
});
const put = async (bus: EventBus, place: Parameters<typeof contentOf>[0]) =>
  bus.put(contentOf(place), soon());

beforeEach(() => {
  sts.reset();
  eventBridge.reset();
  sts.on(AssumeRoleCommand).callsFake(({ RoleArn = '' }: Partial<AssumeRoleCommandInput>) => ({
    Credentials: {
      AccessKeyId: `key of ${RoleArn.split(':')[4]}`,
      SecretAccessKey: 'secret',
      SessionToken: 'token',
      Expiration: new Date(Date.now() + 60 * 60_000),
    },
  }));
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
});

const entries = () =>
  eventBridge.commandCalls(PutEventsCommand).flatMap(({ args: [{ input }] }) => input.Entries ?? []);
/** The clients that put events, call by call. */
const askedBy = (): EventBridgeClient[] =>
  eventBridge.commandCalls(PutEventsCommand).flatMap((call) => {
    const client: unknown = call.thisValue;
    return client instanceof EventBridgeClient ? [client] : [];
  });
/** With whose key, and in which region. */
const askedWith = async () =>
  Promise.all(
    askedBy().map(async ({ config }) => [(await config.credentials()).accessKeyId, await config.region()]),
  );

describe('The bus of a member', () => {
  test("is the default one of that account and region, and gets the notice with the member's own role", async () => {
    const bus = busOf();

    const deliveries = [
      await put(bus, one),
      await put(bus, { ...one, region: 'eu-west-1' }),
      await put(bus, { ...one, account: '777788889999' }),
    ];

    expect(deliveries.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await askedWith()).toEqual([
      ['key of 444455556666', 'us-east-1'],
      ['key of 444455556666', 'eu-west-1'],
      ['key of 777788889999', 'us-east-1'],
    ]);
    expect(entries()[0]).toMatchObject({
      EventBusName: 'default',
      Source: 'ec2-name-tag-enforcer',
      DetailType: 'Nameless Instance Terminated',
    });
    expect(JSON.parse(entries()[0]?.Detail ?? '')).toMatchObject({
      account: one.account,
      region: one.region,
      instanceIds: [idOf(1)],
      stack: 'enforcer@111122223333.eu-central-1',
    });
  });

  test('shares its session with the fleet of that account', async () => {
    const members = membersOf();

    await members.fleets(one, source).describe([], 0);
    await members.fleets(one, source).terminate([], soon());
    await put(members.busOf(createEventBus), { ...one, region: 'eu-west-1' });

    expect(sts.commandCalls(AssumeRoleCommand)).toHaveLength(1);
    expect(entries()).toHaveLength(1);
  });

  test('that the role may not put on refuses in the words of AWS, and is not asked again at once', async () => {
    const message =
      'User: arn:aws:sts::444455556666:assumed-role/name-tag-enforcer-member/first is not authorized to perform: events:PutEvents';
    eventBridge.on(PutEventsCommand).rejects(
      new EventBridgeServiceException({
        name: 'AccessDeniedException',
        message,
        $fault: 'client',
        $metadata: { httpStatusCode: 400 },
      }),
    );

    expect(await put(busOf(), one)).toEqual({
      kind: 'call-failed',
      transient: false,
      detail: `AccessDeniedException: ${message}`,
    });
  });

  test('whose member does not let the hub in fails by name', async () => {
    sts.on(AssumeRoleCommand).rejects(
      new STSServiceException({
        name: 'AccessDenied',
        message: 'what STS says',
        $fault: 'client',
        $metadata: { httpStatusCode: 403 },
      }),
    );

    expect(await put(busOf(), one)).toEqual({
      kind: 'call-failed',
      transient: false,
      detail:
        'arn:aws:iam::444455556666:role/name-tag-enforcer-member did not let this stack in: AccessDenied: what STS says',
    });
    expect(entries()).toEqual([]);
  });

  test.each([
    { account: undefined, region: 'us-east-1' },
    { account: '444455556666', region: undefined },
  ])('is not guessed for a launch that does not tell where it is: $account $region', async (place) => {
    expect(await put(busOf(), place)).toEqual({
      kind: 'call-failed',
      transient: false,
      detail: 'Expected a launch with its account and region, got one that does not tell both',
    });
    expect(sts.calls()).toHaveLength(0);
    expect(entries()).toEqual([]);
  });
});

test('200 clients of EventBridge are held, which share their connections, and what is let go is made again', async () => {
  const bus = busOf();
  const ask = async (number: number) =>
    put(bus, { account: String(100_000_000_000 + number), region: 'us-east-1' });

  for (let number = 0; number < 200; number++) await ask(number);
  for (let number = 0; number < 200; number++) await ask(number);
  expect(new Set(askedBy()).size).toBe(200);
  expect(new Set(askedBy().map(({ config }) => config.requestHandler)).size).toBe(1);

  await ask(200);
  await ask(0);
  expect(new Set(askedBy()).size).toBe(202);
});
