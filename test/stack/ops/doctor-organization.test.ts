import { DisableRuleCommand } from '@aws-sdk/client-eventbridge';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account as hubAccount, region } from '../setup/environment.ts';
import { localAws } from '../support/clients.ts';
import { soon } from '../support/fates.ts';
import { publish } from '../support/figures.ts';
import { logLines } from '../support/function-log.ts';
import { launchWithSdk } from '../support/launches.ts';
import { joinHub, leaveHub, organizationId, placeOf, type Place } from '../support/members.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';
import { deliverTo, eventOf, person } from '../support/trail.ts';
import { startCallRecorder } from './call-recorder.ts';
import { ops, opsJson, opsOver } from './run-ops.ts';

// A hub, and three accounts: one that is fine, one whose rule is disabled, and one that has no role.

const stackName = 'doctor-hub';
const elsewhere = 'ap-south-1';
const home = placeOf(hubAccount, region);
const fine = placeOf('444444444444', region);
const disabled = placeOf('555555555555', elsewhere);
const roleless = placeOf('666666666666', elsewhere);
const members = [fine, disabled, roleless];
const auditor = { RoleName: 'SecurityAudit' };
const iamOf = (accessKeyId: string) =>
  new IAMClient({ region, credentials: { accessKeyId, secretAccessKey: 'test' }, endpoint: localAws.aws });
let hub: Outputs;
let file: string;

beforeAll(async () => {
  hub = await deploy(stackName, {
    OrganizationId: organizationId,
    OrganizationBusName: 'doctor',
    Timeout: '15',
  });
  await joinHub(fine, hub, region);
  await joinHub(disabled, hub, elsewhere);
  await joinHub(roleless, hub, 'eu-north-1');
  for (const { account } of members) await letAuditorIn(account);
  await disabled.eventBridge.send(new DisableRuleCommand({ Name: await launchRuleOf(disabled) }));
  file = join(await mkdtemp(join(tmpdir(), 'members-')), 'members.txt');
  await writeFile(file, [home, ...members].map((place) => `${place.account} ${place.region}`).join('\n'));
});
afterAll(async () => {
  for (const place of members) {
    const iam = iamOf(place.account);
    await iam.send(new DeleteRolePolicyCommand({ ...auditor, PolicyName: 'doctor' }));
    await iam.send(new DeleteRoleCommand(auditor));
    await leaveHub(place);
  }
  await remove(stackName);
});

/** A role of the operators in a member, with what docs/iam says that it needs. */
async function letAuditorIn(account: string): Promise<void> {
  const iam = iamOf(account);
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${hubAccount}:root` }, Action: 'sts:AssumeRole' },
  ];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new CreateRoleCommand({ ...auditor, AssumeRolePolicyDocument }));
  const PolicyDocument = readFileSync('docs/iam/doctor-member.json', 'utf8');
  await iam.send(new PutRolePolicyCommand({ ...auditor, PolicyName: 'doctor', PolicyDocument }));
}

async function launchRuleOf({ cloudFormation }: Place): Promise<string> {
  const { Stacks } = await cloudFormation.send(
    new DescribeStacksCommand({ StackName: 'name-tag-enforcer-member' }),
  );
  const output = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'LaunchRuleName');
  return output?.OutputValue ?? '';
}

const Result = v.object({ status: v.string(), found: v.string(), fix: v.optional(v.string()) });
const Document = v.object({
  checks: v.array(v.object({ ...Result.entries, name: v.string() })),
  members: v.array(
    v.object({
      account: v.string(),
      region: v.string(),
      events: Result,
      action: Result,
      lastEvent: v.optional(v.string()),
    }),
  ),
});
const look = () => ['doctor', '--organization', '--members', file, '--role', auditor.RoleName];

test('tells for each account and region whether its events reach the hub, and the hub can act there', async (context) => {
  const { instanceIds, call } = await launchWithSdk({ tags: [{ key: 'Name', value: 'web' }] }, fine.ec2);
  await deliverTo(fine.eventBridge, eventOf(call, person, fine));
  await expect
    .poll(
      async () => (await logLines(hub.LogGroupName)).filter((line) => line['instanceId'] === instanceIds[0]),
      soon,
    )
    .toHaveLength(1);
  const began = Date.now();

  const document = v.parse(Document, await opsJson(stackName, ...look()));

  publish(context, {
    title: 'Seconds of doctor --organization',
    rows: [{ members: 4, seconds: ((Date.now() - began) / 1000).toFixed(1) }],
  });
  const byAccount = Map.groupBy(document.members, ({ account }) => account);
  const of = ({ account }: Place) => byAccount.get(account)?.[0];
  expect(document.members).toHaveLength(4);
  expect(of(home)).toMatchObject({
    events: { status: 'ok', found: "The hub's own" },
    action: { status: 'ok' },
  });
  expect(of(fine)).toMatchObject({
    region,
    events: { status: 'ok' },
    action: { status: 'ok', found: 'yes' },
  });
  expect(of(fine)?.events.found).toMatch(/^The last came \d+ (s|min)/);
  expect(of(disabled)).toMatchObject({
    region: elsewhere,
    events: { status: 'fail', found: 'The rule for launches is DISABLED' },
    action: { status: 'ok' },
  });
  expect(of(roleless)).toMatchObject({
    events: { status: 'ok', found: 'Its rules send launches and starts to the hub; nothing in 14 days' },
    action: { status: 'fail', found: 'AccessDenied: its role is not there, or does not let the hub in' },
  });
  expect(document.checks.filter(({ name }) => name.includes('members')).map(({ status }) => status)).toEqual(
    Array.from({ length: 9 }, () => 'ok'),
  );
});

test('for people: the wrong ones alone, each with its fix, and how many are fine', async () => {
  const { code, stdout } = await ops(stackName, ...look());

  expect(code).toBe(1);
  expect(stdout).toContain('2 of 4 accounts and regions are fine.');
  expect(stdout).toContain(roleless.account);
  expect(stdout).not.toContain(fine.account);
  expect(stdout).toMatch(/-> For 1 of these: Deploy the stack set to these again/);
});

test('of one account alone', async () => {
  const { stdout } = await ops(stackName, ...look(), '--account', fine.account, '--all');

  expect(stdout).toContain('1 of 1 accounts and regions are fine.');
  expect(stdout).toContain(fine.account);
});

const Policy = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ Statement: v.array(v.object({ Action: v.union([v.string(), v.array(v.string())]) })) }),
);
const actionsOf = (name: string): string[] =>
  v.parse(Policy, readFileSync(`docs/iam/${name}.json`, 'utf8')).Statement.flatMap(({ Action }) => Action);

test('docs/iam/doctor-organization.json and doctor-member.json name the calls that it makes beside doctor', async () => {
  const recorder = await startCallRecorder((service) => (service === 'ec2' ? localAws.ec2 : localAws.aws));

  await opsOver(recorder.url, stackName, ...look());
  await recorder.close();

  const known = new Set(['sts:GetCallerIdentity', ...actionsOf('doctor')]);
  const files = ['organization', 'doctor-organization', 'doctor-member'];
  // With --members there is no stack set to ask, nor does CloudFormation ask who administers it.
  const named = files
    .flatMap(actionsOf)
    .filter((action) => !known.has(action) && !/ListStackInstances|ListDelegated/.test(action));
  expect(recorder.actions().filter((action) => !known.has(action))).toEqual(named.toSorted());
});
