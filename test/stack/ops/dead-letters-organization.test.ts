import { ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeInstances } from '../../../src/enforcer/write-second-look.ts';
import { account as hubAccount, region } from '../setup/environment.ts';
import { eventBridge, localAws } from '../support/clients.ts';
import { fatesOf, soon } from '../support/fates.ts';
import { launchWithSdk } from '../support/launches.ts';
import { joinHub, leaveHub, moveRole, organizationId, placeOf } from '../support/members.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';
import { withoutDelay } from '../support/starts.ts';
import { eventOf, person } from '../support/trail.ts';
import { countMessages, putMessages } from './letters-in-queue.ts';
import { ops, opsJson } from './run-ops.ts';

const stackName = 'hub-of-letters';
const member = placeOf('444444444444', 'ap-south-1');
/** What an operator takes on there. The role for the hub is missing, until a test brings it. */
const operatorRole = 'operator';
const iam = new IAMClient({
  region,
  credentials: { accessKeyId: member.account, secretAccessKey: 'test' },
  endpoint: localAws.aws,
});
let hub: Outputs;

beforeAll(async () => {
  hub = await deploy(stackName, { OrganizationId: organizationId, Timeout: '15' });
  await withoutDelay(hub.SecondLookQueueUrl);
  await joinHub(member, hub, 'eu-north-1');
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${hubAccount}:root` },
        Action: 'sts:AssumeRole',
      },
    ],
  };
  await iam.send(
    new CreateRoleCommand({ RoleName: operatorRole, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
});
afterAll(async () => {
  await iam.send(new DeleteRoleCommand({ RoleName: operatorRole }));
  await leaveHub(member);
  await remove(stackName);
});

const Listed = v.object({
  deadLetters: v.array(v.looseObject({ messageId: v.string(), causes: v.array(v.string()) })),
  foreign: v.array(v.unknown()),
});
const list = async (...args: readonly string[]) =>
  v.parse(Listed, await opsJson(stackName, 'dead-letters', 'list', ...args));
const redrive = async (messageId: string) =>
  ops(stackName, 'dead-letters', 'redrive', '--message', messageId, '--yes');

test('a launch of a member without the role is shown, kept by a redrive, and settled by one when the role is there', async () => {
  const { instanceIds } = await launchWithSdk({}, member.ec2);
  const [instanceId = ''] = instanceIds;
  const { account } = member;

  // As the message is when its tries have failed for six hours.
  const [body] = writeInstances({
    instanceIds,
    dueAt: Date.now(),
    source: {
      account,
      region: member.region,
      eventId: undefined,
      launcher: `arn:aws:iam::${account}:user/lena`,
      invokedBy: undefined,
      launchedWith: 'sdk',
      launchedAt: Date.now(),
      reservationId: undefined,
    },
  });
  const FailingSince = new Date(Date.now() - 7 * 60 * 60_000).toISOString();
  await putMessages(hub.SecondLookQueueUrl, [{ body, attributes: { FailingSince } }]);
  await expect
    .poll(async () => countMessages(hub.DeadLetterQueueUrl), { timeout: 60_000, interval: 500 })
    .toEqual({ waiting: 1, held: 0 });

  const { deadLetters } = await list('--account', account);
  expect(deadLetters).toMatchObject([
    {
      causes: ['unsettled', 'unreadable'],
      contents: { source: { account, region: member.region } },
      instances: [{ instanceId, kind: 'elsewhere', foreign: false }],
      settled: false,
    },
  ]);
  const messageId = deadLetters[0]?.messageId ?? '';
  const table = await ops(stackName, 'dead-letters', 'list');
  expect(table.stdout).toContain('in a member, not looked at (--role)');
  expect(table.stdout).toContain(member.region);
  const mistyped = await ops(stackName, 'dead-letters', 'list', '--account', '444444444445');
  expect(mistyped.stderr).toContain('Did you mean `444444444444`?');
  const shown = await ops(stackName, 'dead-letters', 'show', messageId);
  expect(shown.stdout).toContain(
    `In account ${account}, region ${member.region}, with credentials of that account:`,
  );
  expect(shown.stdout).toContain(`Then, in account ${hubAccount}, that of the stack:`);

  // An operator with a role there sees what runs, whatever the hub may.
  expect((await list('--role', operatorRole)).deadLetters).toMatchObject([
    { instances: [{ instanceId, kind: 'shown', state: 'running', verdict: 'terminate' }] },
  ]);
  const nobody = await list('--role', 'nobody');
  expect(nobody.deadLetters).toMatchObject([{ instances: [{ instanceId, kind: 'unknown' }] }]);
  const dryRun = await ops(stackName, 'dead-letters', 'redrive');
  expect(dryRun.stdout).toContain('Of 1 letter nothing can be said before.');

  const kept = await redrive(messageId);
  expect(kept).toMatchObject({ code: 1 });
  expect(kept.stdout).toContain('failed: unsettled, unreadable');
  expect(kept.stdout).toContain(account);
  expect(await fatesOf(instanceIds, member.ec2)).toEqual(['alive']);
  const left = (await list()).deadLetters;
  expect(left).toMatchObject([{ causes: ['unsettled', 'unreadable'] }]);

  await moveRole(member, hub, member.region);
  // A refusal is remembered for a minute.
  await expect
    .poll(async () => (await ops(stackName, 'dead-letters', 'redrive', '--yes')).code, {
      timeout: 150_000,
      interval: 5_000,
    })
    .toBe(0);
  await expect.poll(async () => fatesOf(instanceIds, member.ec2), soon).toEqual(['dead']);
  expect(await list()).toEqual({ deadLetters: [], foreign: [] });
});

test('a launch of a member that could not be delivered is a dead letter of the stack, and is redriven', async () => {
  const { instanceIds, call } = await launchWithSdk({}, member.ec2);
  const event = eventOf(call, person, { account: member.account, region: member.region });
  const { Rules = [] } = await eventBridge.send(
    new ListRulesCommand({ EventBusName: hub.OrganizationBusArn?.split('/')[1] }),
  );
  const rule = Rules.find(({ EventPattern = '' }) => EventPattern.includes('RunInstances'));
  const attributes = {
    RULE_ARN: rule?.Arn ?? 'none',
    TARGET_ARN: `arn:aws:lambda:${region}:${hubAccount}:function:${hub.FunctionName}`,
    ERROR_CODE: 'NO_PERMISSIONS',
  };
  await putMessages(hub.DeadLetterQueueUrl, [{ body: event, attributes }]);

  expect(await list()).toMatchObject({
    deadLetters: [
      { causes: ['undelivered', 'NO_PERMISSIONS'], contents: { source: { account: member.account } } },
    ],
    foreign: [],
  });
  const redriven = await ops(stackName, 'dead-letters', 'redrive', '--yes');
  expect(redriven).toMatchObject({ code: 0 });
  expect(await fatesOf(instanceIds, member.ec2)).toEqual(['dead']);
});
