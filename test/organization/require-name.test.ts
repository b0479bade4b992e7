import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { account, region } from '../support/cloudformation/example-stack.ts';
import { at, Json, keys, list } from '../support/cloudformation/json.ts';
import { isAllowed } from '../support/iam.ts';

const read = (file: string): Json =>
  v.parse(Json, JSON.parse(readFileSync(new URL(`../../organization/${file}`, import.meta.url), 'utf8')));
const policy = read('require-name.json');
const everything: Json = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

interface Launch {
  readonly tags?: Readonly<Record<string, string>>;
  readonly role?: string;
  readonly viaService?: boolean;
  readonly resource?: string;
  readonly action?: string;
  readonly partition?: string;
}

/** Whether somebody who may do everything may launch under the policy. */
const mayLaunch = async ({
  tags = {},
  role = 'developer',
  viaService = false,
  partition = 'aws',
  resource = `arn:${partition}:ec2:${region}:${account}:instance/*`,
  action = 'ec2:RunInstances',
}: Launch) =>
  isAllowed({
    action,
    resource,
    principal: `arn:${partition}:sts::${account}:assumed-role/${role}/lena`,
    identityPolicies: [everything, policy],
    context: {
      ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
      'aws:ViaAWSService': String(viaService),
      'aws:PrincipalArn': `arn:${partition}:iam::${account}:role/${role}`,
    },
  });

describe('The service control policy refuses a launch', () => {
  test.each([
    ['without tags', {}],
    ['with other tags alone', { team: 'search' }],
    ['with an empty name', { Name: '' }],
  ])('%s', async (_, tags) => {
    expect(await mayLaunch({ tags })).toBe(false);
  });

  test('in every partition', async () => {
    expect(await mayLaunch({ partition: 'aws-cn' })).toBe(false);
  });
});

describe('The service control policy lets through', () => {
  test.each([
    ['a name', { tags: { Name: 'web' } }],
    ['a name of one blank, which the enforcer spares as well', { tags: { Name: ' ' } }],
    ['a service that acts for a person', { viaService: true }],
    ['the role that is named in it', { role: 'may-launch-without-name' }],
    ['what else a launch makes: its volumes', { resource: `arn:aws:ec2:${region}:${account}:volume/*` }],
    ['every other call', { action: 'ec2:StartInstances' }],
  ] satisfies [string, Launch][])('%s', async (_, launch: Launch) => {
    expect(await mayLaunch(launch)).toBe(true);
  });
});

test('It only denies, so that it gives nobody anything', () => {
  expect(list(at(policy, 'Statement')).map((statement) => at(statement, 'Effect'))).toEqual(['Deny', 'Deny']);
});

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
test('It is as small as a service control policy has to be', () => {
  expect(JSON.stringify(policy).length).toBeLessThan(5_120);
});

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_example-tag-policies.html
test('The tag policy takes the key `Name` in this case alone, for instances', () => {
  const tags = at(read('name-key.json'), 'tags');

  expect(keys(tags)).toEqual(['Name']);
  expect(at(tags, 'Name')).toEqual({
    tag_key: { '@@assign': 'Name' },
    enforced_for: { '@@assign': ['ec2:instance'] },
  });
});
