import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { account, region } from '../support/cloudformation/example-stack.ts';
import { at, Json, list } from '../support/cloudformation/json.ts';
import { everyCall } from '../support/iam-actions.ts';
import { isAllowed, tagged } from '../support/iam.ts';

/*
 * The policies of `dead-letters` and `doctor`, and of looking into members. That they name the very calls which the commands make is seen on the
 * deployed stack, in test/stack/ops/policies.test.ts.
 */

const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;

/** What a stack of the default name has, and its like of another stack. */
const own = {
  stack: arn('cloudformation', 'stack/ec2-name-tag-enforcer/0b7ee1c6'),
  secondLookQueue: arn('sqs', 'name-tag-enforcer-second-look-0b7ee1c6'),
  queue: arn('sqs', 'ec2-name-tag-enforcer-DeadLetterQueue-1A2B3C'),
  function: arn('lambda', 'function:ec2-name-tag-enforcer-EnforceNameTag-1A2B3C'),
  rule: arn('events', 'rule/ec2-name-tag-enforcer-LaunchRule-1A2B3C'),
  topic: arn('sns', 'ec2-name-tag-enforcer-NotificationTopic-1A2B3C'),
  role: `arn:aws:iam::${account}:role/ec2-name-tag-enforcer-EnforceNameTagRole-1A2B3C`,
  logGroup: arn('logs', 'log-group:/aws/lambda/ec2-name-tag-enforcer-0b7ee1c6'),
  logStream: arn('logs', 'log-group:/aws/lambda/ec2-name-tag-enforcer-0b7ee1c6:log-stream:discarded/2026'),
  bus: arn('events', 'event-bus/name-tag-enforcer'),
  memberRule: arn('events', 'rule/name-tag-enforcer/ec2-name-tag-enforcer-MemberStartRule-1A2B3C'),
  stackSet: arn('cloudformation', 'stackset/name-tag-enforcer-members:0b7ee1c6'),
  auditor: 'arn:aws:iam::444455556666:role/SecurityAudit',
} as const;
const others: Readonly<Record<keyof typeof own, string>> = {
  stack: arn('cloudformation', 'stack/payroll/0b7ee1c6'),
  secondLookQueue: arn('sqs', 'payroll'),
  queue: arn('sqs', 'payroll'),
  function: arn('lambda', 'function:payroll'),
  rule: arn('events', 'rule/payroll'),
  topic: arn('sns', 'payroll'),
  role: `arn:aws:iam::${account}:role/payroll`,
  logGroup: arn('logs', 'log-group:/aws/lambda/payroll'),
  logStream: arn('logs', 'log-group:/aws/lambda/payroll:log-stream:2026'),
  bus: arn('events', 'event-bus/payroll'),
  memberRule: arn('events', 'rule/payroll/ec2-name-tag-enforcer-MemberStartRule-1A2B3C'),
  stackSet: arn('cloudformation', 'stackset/payroll:0b7ee1c6'),
  auditor: 'arn:aws:iam::444455556666:role/name-tag-enforcer-member',
};

const withinOrganization = { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5', 'aws:ResourceOrgID': 'o-a1b2c3d4e5' };

type Target = keyof typeof own | 'any';
const reading: readonly (readonly [string, Target])[] = [
  ['cloudformation:DescribeStacks', 'stack'],
  ['sqs:GetQueueAttributes', 'queue'],
  ['sqs:ReceiveMessage', 'queue'],
  ['sqs:ChangeMessageVisibility', 'queue'],
  ['ec2:DescribeInstances', 'any'],
];

describe.each<[string, readonly (readonly [string, Target])[]]>([
  ['dead-letters-list', reading],
  [
    'dead-letters-redrive',
    [
      ...reading,
      ['sqs:DeleteMessage', 'queue'],
      ['sqs:SendMessage', 'queue'],
      ['lambda:InvokeFunction', 'function'],
    ],
  ],
  [
    'dead-letters-discard',
    [
      ...reading,
      ['sqs:DeleteMessage', 'queue'],
      ['logs:CreateLogStream', 'logStream'],
      ['logs:PutLogEvents', 'logStream'],
    ],
  ],
  [
    'doctor',
    [
      ['cloudformation:DescribeStacks', 'stack'],
      ['cloudformation:GetTemplate', 'stack'],
      ['cloudformation:ListStackResources', 'stack'],
      ['cloudtrail:DescribeTrails', 'any'],
      ['cloudtrail:GetTrailStatus', 'any'],
      ['cloudtrail:GetEventSelectors', 'any'],
      ['events:DescribeRule', 'rule'],
      ['events:ListTargetsByRule', 'rule'],
      ['events:TestEventPattern', 'any'],
      ['lambda:GetFunctionConfiguration', 'function'],
      ['lambda:GetFunctionConcurrency', 'function'],
      ['lambda:GetFunctionEventInvokeConfig', 'function'],
      ['lambda:GetPolicy', 'function'],
      ['lambda:ListTags', 'function'],
      ['lambda:InvokeFunction', 'function'],
      ['iam:ListRolePolicies', 'role'],
      ['iam:GetRolePolicy', 'role'],
      ['iam:ListAttachedRolePolicies', 'role'],
      ['lambda:GetEventSourceMapping', 'any'],
      ['sqs:GetQueueAttributes', 'queue'],
      ['sqs:GetQueueAttributes', 'secondLookQueue'],
      ['cloudwatch:DescribeAlarms', 'any'],
      ['cloudwatch:GetMetricStatistics', 'any'],
      ['logs:DescribeLogStreams', 'logGroup'],
      ['logs:GetLogEvents', 'logStream'],
      ['sns:ListSubscriptionsByTopic', 'topic'],
    ],
  ],
  [
    'doctor-organization',
    [
      ['events:DescribeEventBus', 'bus'],
      ['events:DescribeRule', 'memberRule'],
      ['events:ListTargetsByRule', 'memberRule'],
      ['logs:StartQuery', 'logGroup'],
      ['logs:GetQueryResults', 'any'],
    ],
  ],
  [
    'organization',
    [
      ['cloudformation:ListStackInstances', 'stackSet'],
      ['organizations:ListDelegatedAdministrators', 'any'],
      ['sts:AssumeRole', 'auditor'],
    ],
  ],
  [
    'doctor-member',
    [
      ['events:ListRuleNamesByTarget', 'any'],
      ['events:DescribeRule', 'any'],
      ['events:TestEventPattern', 'any'],
    ],
  ],
])('docs/iam/%s.json', (file, calls) => {
  const policy = v.parse(Json, JSON.parse(readFileSync(`docs/iam/${file}.json`, 'utf8')));
  const may = async (action: string, resource: string) =>
    isAllowed({ action, resource, context: withinOrganization, identityPolicies: [policy] });

  test.each(calls)('allows %s on %s of the stack, and of no other', async (action, target) => {
    const allowed = target === 'any' ? [true] : [true, false];
    const resources = target === 'any' ? ['*'] : [own[target], others[target]];

    expect(await Promise.all(resources.map(async (resource) => may(action, resource)))).toEqual(allowed);
  });

  test('names those actions and no other', () => {
    const actions = list(at(policy, 'Statement')).flatMap((statement) => list(at(statement, 'Action')));

    expect(actions.map(String).toSorted()).toEqual([...new Set(calls.map(([action]) => action))].toSorted());
  });

  test('changes nothing of EC2, IAM, CloudTrail or EventBridge, nor the stack', async () => {
    const services = ['ec2', 'iam', 'cloudtrail', 'events', 'cloudformation'];
    const every = (await Promise.all(services.map(everyCall))).flat();

    const allowed = await Promise.all(
      every.map(async ({ action, resource }) => ((await may(action, resource)) ? [action] : [])),
    );

    for (const action of new Set(allowed.flat()))
      expect(action).toMatch(/:(Describe|Get|List|TestEventPattern)/);
  });
});

/** Each action of a policy with the resources that it is for. */
function grantsOf(file: string): Set<string> {
  const policy = v.parse(Json, JSON.parse(readFileSync(`docs/iam/${file}.json`, 'utf8')));
  return new Set(
    list(at(policy, 'Statement')).flatMap((statement) =>
      list(at(statement, 'Action')).map((action) => JSON.stringify([action, at(statement, 'Resource')])),
    ),
  );
}

describe('docs/iam/dead-letters-review.json', () => {
  const policy = v.parse(Json, JSON.parse(readFileSync('docs/iam/dead-letters-review.json', 'utf8')));
  const mayTag = async (tags: Readonly<Record<string, string>>, keys: string[]) =>
    isAllowed({
      action: 'ec2:CreateTags',
      resource: arn('ec2', 'instance/i-0123456789abcdef0'),
      context: { ...tagged(tags), 'aws:TagKeys': keys },
      identityPolicies: [policy],
    });

  test('allows what a redrive and a discard need, and beside that to tag instances', () => {
    const known = grantsOf('dead-letters-redrive').union(grantsOf('dead-letters-discard'));

    expect([...grantsOf('dead-letters-review').difference(known)]).toEqual([
      JSON.stringify(['ec2:CreateTags', 'arn:aws:ec2:*:*:instance/*']),
    ]);
    expect(known.isSubsetOf(grantsOf('dead-letters-review'))).toBe(true);
  });

  test('lets a name be given where there is none, and no name be changed', async () => {
    const allowed = await Promise.all([
      mayTag({}, ['Name']),
      mayTag({ team: 'web', Name: '' }, ['Name']),
      mayTag({ Name: 'web' }, ['Name']),
      mayTag({ Name: ' ' }, ['Name']),
      mayTag({}, ['team']),
      mayTag({}, ['Name', 'team']),
    ]);

    expect(allowed).toEqual([true, true, false, false, false, false]);
  });
});

test('docs/iam/organization.json lets no role be taken on in an account outside the organization', async () => {
  const policy = v.parse(Json, JSON.parse(readFileSync('docs/iam/organization.json', 'utf8')));
  const context = { ...withinOrganization, 'aws:ResourceOrgID': 'o-d4e5f6a7b8' };
  const call = { action: 'sts:AssumeRole', resource: own.auditor, identityPolicies: [policy] };

  expect(await isAllowed({ ...call, context })).toBe(false);
  expect(await isAllowed({ ...call, context: withinOrganization })).toBe(true);
});
