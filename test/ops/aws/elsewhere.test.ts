import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeEach, expect, test, vi } from 'vitest';
import { createElsewhere } from '../../../src/ops/aws/elsewhere.ts';
import { mockClient } from '../../support/mock-client.ts';

const sts = mockClient(STSClient);
const assumed = () => sts.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input.RoleArn);
const credentialsUntil = (Expiration: Date) => ({
  Credentials: { AccessKeyId: 'ASIA', SecretAccessKey: 'secret', SessionToken: 'token', Expiration },
});
const inAnHour = () => new Date(Date.now() + 3_600_000);
const connection = { region: 'eu-west-1', profile: 'hub' };
const [own, other] = ['111122223333', '444455556666'];

beforeEach(() => {
  sts.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Arn: `arn:aws-cn:sts::${own}:assumed-role/operator/lena` });
  sts.on(AssumeRoleCommand).resolves(credentialsUntil(inAnHour()));
});

test("calls in the caller's own account are made with the caller's own credentials", async () => {
  const elsewhere = await createElsewhere(connection, 'auditor');

  expect(elsewhere.connectionTo({ account: own, region: 'us-east-1' })).toEqual({
    region: 'us-east-1',
    profile: 'hub',
  });
  expect(assumed()).toEqual([]);
});

test('without a role there is no connection to another account', async () => {
  const elsewhere = await createElsewhere(connection, undefined);

  expect(elsewhere.connectionTo({ account: other, region: 'eu-west-1' })).toBeUndefined();
});

test('a role is taken on once for all regions of an account, in the partition of the caller', async () => {
  const elsewhere = await createElsewhere(connection, 'auditor');
  const regions = ['cn-north-1', 'cn-northwest-1'];
  const connections = regions.map((region) => elsewhere.connectionTo({ account: other, region }));

  const sessions = await Promise.all(connections.map(async (one) => one?.credentials?.()));

  expect(connections.map((one) => one?.region)).toEqual(regions);
  expect(sessions.map((session) => session?.sessionToken)).toEqual(['token', 'token']);
  expect(assumed()).toEqual([`arn:aws-cn:iam::${other}:role/auditor`]);
});

test('a session that ends within a minute is renewed, and a longer one is kept', async () => {
  sts
    .on(AssumeRoleCommand)
    .resolvesOnce(credentialsUntil(new Date(Date.now() + 59_000)))
    .resolves(credentialsUntil(inAnHour()));
  const there = (await createElsewhere(connection, 'auditor')).connectionTo({
    account: other,
    region: 'eu-west-1',
  });

  for (let call = 0; call < 3; call++) await there?.credentials?.();

  expect(assumed()).toHaveLength(2);
});

test('a role that does not let the caller in is asked for once, and each call fails with what STS said', async () => {
  sts.on(AssumeRoleCommand).rejects(new Error('not authorized to perform: sts:AssumeRole'));
  const there = (await createElsewhere(connection, 'auditor')).connectionTo({
    account: other,
    region: 'eu-west-1',
  });

  for (let call = 0; call < 2; call++) await expect(there?.credentials?.()).rejects.toThrow('sts:AssumeRole');

  expect(assumed()).toHaveLength(1);
});

const named = (name: string) => Object.assign(new Error(name), { name, $metadata: {} });

test('a role that STS could not be asked for is asked for again, and one that refused after a minute', async () => {
  sts
    .on(AssumeRoleCommand)
    .rejectsOnce(named('ThrottlingException'))
    .rejectsOnce(named('AccessDenied'))
    .resolves(credentialsUntil(inAnHour()));
  const place = { account: other, region: 'eu-west-1' };
  const there = (await createElsewhere(connection, 'auditor')).connectionTo(place);

  await expect(there?.credentials?.()).rejects.toThrow('ThrottlingException');
  await expect(there?.credentials?.()).rejects.toThrow('AccessDenied');
  vi.useFakeTimers({ now: Date.now() + 61_000 });
  const session = await there?.credentials?.();
  vi.useRealTimers();

  expect(session?.sessionToken).toBe('token');
});

test("the caller's own credentials that have ended are no fault of the account, and the error says what to do", async () => {
  sts.on(AssumeRoleCommand).rejects(named('ExpiredTokenException'));
  const place = { account: other, region: 'eu-west-1' };
  const there = (await createElsewhere(connection, 'auditor')).connectionTo(place);

  await expect(there?.credentials?.()).rejects.toThrow(/^The AWS credentials have expired\. Log in again/);
});

test('an answer of STS without credentials is an error that names the role', async () => {
  sts.on(AssumeRoleCommand).resolves({});
  const there = (await createElsewhere(connection, 'auditor')).connectionTo({
    account: other,
    region: 'eu-west-1',
  });

  await expect(there?.credentials?.()).rejects.toThrow(`arn:aws-cn:iam::${other}:role/auditor`);
});
