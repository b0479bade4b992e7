import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { afterEach, describe, expect, test } from 'vitest';
import { account as exampleAccount, region } from '../../support/cloudformation/example-stack.ts';
import { at, Json, list } from '../../support/cloudformation/json.ts';
import { everyCall } from '../../support/iam-actions.ts';
import { isAllowed } from '../../support/iam.ts';
import { runScript } from '../../support/run-script.ts';
import { startAccount, type Account } from './account.ts';
import { hubAccount, startOrganization } from './organization.ts';

const read = (file: string) => v.parse(Json, JSON.parse(readFileSync(`docs/iam/${file}.json`, 'utf8')));
const actionsOf = (document: Json) =>
  list(at(document, 'Statement')).flatMap((statement) => list(at(statement, 'Action')).map(String));
const policy = read('audit');
const actions = actionsOf(policy);

let account: Account | undefined;
afterEach(async () => account?.close());

const may = async (action: string, resource: string) =>
  isAllowed({ action, resource, identityPolicies: [policy] });

describe('the policy of audit in docs/iam', () => {
  test('names the calls that audit makes, and no other', async () => {
    account = await startAccount({ regions: { 'eu-west-1': [{ tags: [] }] }, exemptTagKeys: '' });
    await runScript('src/ops/cli.ts', ['audit', '--all-regions'], account.environment);

    const calls = account.requests.map(({ service, action }) => `${service}:${action}`);

    expect([...new Set(calls)].toSorted()).toEqual(actions.toSorted());
  });

  test.each([
    ['ec2:DescribeInstances', '*'],
    ['ec2:DescribeRegions', '*'],
    ['ec2:DescribeInstanceAttribute', `arn:aws:ec2:${region}:${exampleAccount}:instance/i-0123456789abcdef0`],
    ['cloudtrail:LookupEvents', '*'],
    [
      'cloudformation:DescribeStacks',
      `arn:aws:cloudformation:${region}:${exampleAccount}:stack/ec2-name-tag-enforcer/0b7ee1c6`,
    ],
  ])('allows %s', async (action, resource) => {
    expect(await may(action, resource)).toBe(true);
  });

  test('allows nothing else on these services, and no stack but the enforcer\u2019s', async () => {
    const calls = await Promise.all(['ec2', 'cloudtrail', 'cloudformation'].map(everyCall));

    const allowed = await Promise.all(
      calls.flat().map(async ({ action, resource }) => ((await may(action, resource)) ? action : [])),
    );

    expect([...new Set(allowed.flat())].toSorted()).toEqual(
      actions.filter((action) => action !== 'cloudformation:DescribeStacks').toSorted(),
    );
  });
});

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${exampleAccount}:${resource}`;

describe('the policy of audit --send in docs/iam', () => {
  const sending = read('audit-send');
  const actionsOfSending = ['logs:CreateLogStream', 'logs:PutLogEvents', 'sqs:SendMessage'];
  const maySend = async (action: string, resource: string) =>
    isAllowed({ action, resource, identityPolicies: [sending] });

  test('names the calls that it makes beside those of an audit, and no other', async () => {
    account = await startAccount({ regions: { 'eu-west-1': [{ tags: [] }] }, exemptTagKeys: '' });
    await runScript('src/ops/cli.ts', ['audit', '--send', '--yes'], account.environment);

    const calls = new Set(account.requests.map(({ service, action }) => `${service}:${action}`));

    // Nobody needs a permission to ask who they are; a batch is allowed as single messages are.
    calls.delete('sts:GetCallerIdentity');
    expect([...calls].map((call) => call.replace(/Batch$/, '')).toSorted()).toEqual(
      [...actions.filter((action) => action !== 'ec2:DescribeRegions'), ...actionsOfSending].toSorted(),
    );
    expect(actionsOf(sending).toSorted()).toEqual([...actions, ...actionsOfSending].toSorted());
  });

  test('lets nobody send to another queue, or write to another log', async () => {
    const stream = 'log-group:/aws/lambda/ec2-name-tag-enforcer-1:log-stream:sent/2026';

    expect(await maySend('sqs:SendMessage', arn('sqs', 'name-tag-enforcer-second-look-1'))).toBe(true);
    expect(await maySend('logs:PutLogEvents', arn('logs', stream))).toBe(true);
    expect(await maySend('sqs:SendMessage', arn('sqs', 'payroll'))).toBe(false);
    expect(await maySend('logs:PutLogEvents', arn('logs', 'log-group:payroll:log-stream:1'))).toBe(false);
  });
});

describe('the policies of audit --organization in docs/iam', () => {
  const member = '222222222222';
  const further = read('organization');
  const actionsOfMember = actionsOf(read('audit-member'));
  const mayIn = async (file: string, action: string, resource: string) =>
    isAllowed({ action, resource, identityPolicies: [read(file)] });

  test('name the calls that it makes in a member, and beside those of an audit in the account of the hub', async () => {
    const regions = { 'eu-west-1': [{ tags: [] }] };
    const hub = { regions, exemptTagKeys: '' };
    const organization = await startOrganization({
      hub,
      members: { [hubAccount]: hub, [member]: { regions } },
    });
    account = organization;
    const args = ['audit', '--organization', '--role', 'SecurityAudit'];
    await runScript('src/ops/cli.ts', args, organization.environment);

    const inHub = new Set(organization.callsOf(hubAccount));
    // Nobody needs a permission to ask who they are.
    inHub.delete('sts:GetCallerIdentity');
    // CloudFormation asks for the second one itself.
    const unseen = new Set(['ec2:DescribeRegions', 'organizations:ListDelegatedAdministrators']);
    expect([...inHub].toSorted()).toEqual(
      [...actions, ...actionsOf(further)].filter((action) => !unseen.has(action)).toSorted(),
    );
    expect([...new Set(organization.callsOf(member))].toSorted()).toEqual(actionsOfMember.toSorted());
  });

  test('allow nothing else on these services in a member', async () => {
    const calls = (await Promise.all(['ec2', 'cloudtrail', 'cloudformation'].map(everyCall))).flat();

    const allowed = await Promise.all(
      calls.map(async ({ action, resource }) =>
        (await mayIn('audit-member', action, resource)) ? action : [],
      ),
    );

    expect([...new Set(allowed.flat())].toSorted()).toEqual(actionsOfMember.toSorted());
  });
});
