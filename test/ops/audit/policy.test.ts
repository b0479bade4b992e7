import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { afterEach, describe, expect, test } from 'vitest';
import { account as exampleAccount, region } from '../../support/cloudformation/example-stack.ts';
import { at, Json, list } from '../../support/cloudformation/json.ts';
import { everyCall } from '../../support/iam-actions.ts';
import { isAllowed } from '../../support/iam.ts';
import { runScript } from '../../support/run-script.ts';
import { startAccount, type Account } from './account.ts';

const policy = v.parse(Json, JSON.parse(readFileSync('docs/iam/audit.json', 'utf8')));
const actions = list(at(policy, 'Statement')).flatMap((statement) =>
  list(at(statement, 'Action')).map(String),
);

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
