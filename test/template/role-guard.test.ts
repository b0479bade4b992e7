import { describe, expect, test } from 'vitest';
import { account, exampleStack, region } from '../support/cloudformation/example-stack.ts';
import { at, keys, list } from '../support/cloudformation/json.ts';
import { policiesOfRole } from '../support/cloudformation/policies-of-role.ts';
import { template } from '../support/cloudformation/project-template.ts';
import { everyCall } from '../support/iam-actions.ts';
import { type Call, isAllowed, type Request, tagged } from '../support/iam.ts';

const stack = exampleStack(template);
const secondLookActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

describe.each([
  { role: 'EnforceNameTagRole', function: 'EnforceNameTag', actions: [] },
  { role: 'SecondLookRole', function: 'SecondLook', actions: secondLookActions },
])('$role', ({ role, function: functionId, actions: ownActions }) => {
  const identityPolicies = policiesOfRole(stack, role);
  const statements = identityPolicies.flatMap((policy) => list(at(policy, 'Statement')));

  const instance = `arn:aws:ec2:${region}:${account}:instance/i-0123456789abcdef0`;
  const may = (call: Call & Pick<Request, 'context'>) => isAllowed({ ...call, identityPolicies });
  const mayTerminate = (tags: Record<string, string>, resource = instance) =>
    isAllowed({ action: 'ec2:TerminateInstances', resource, context: tagged(tags), identityPolicies });

  describe('an instance that the role may terminate', () => {
    test.each([
      ['has no tags', {}],
      ['has other tags alone', { Owner: 'web-team', 'Name ': 'web', FullName: 'web' }],
      ['has an empty name', { Name: '' }],
      ['has an empty name among other tags', { Name: '', Owner: 'web-team' }],
    ])('%s', async (_, tags) => {
      expect(await mayTerminate(tags)).toBe(true);
    });
  });

  describe('an instance that the role may not terminate', () => {
    test.each([
      ['has a name', { Name: 'web-1' }],
      ['has a name of one blank', { Name: ' ' }],
      ['has a name that looks like a pattern', { Name: '*' }],
      ['has a name that looks like an absent one', { Name: 'null' }],
      ['has a name among other tags', { Owner: '', Name: 'web-1' }],
      // Nameless to the enforcer, but IAM compares tag keys without regard to case: such an instance is reported as
      // failed, with the reason `denied`.
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourcetag
      ['has a tag `name`, of another case, with a value', { name: 'web-1' }],
      ['has a tag `NAME`, of another case, with a value', { NAME: 'web-1' }],
    ])('%s', async (_, tags) => {
      expect(await mayTerminate(tags)).toBe(false);
    });

    test.each([
      ['another region', `arn:aws:ec2:us-east-1:${account}:instance/i-0123456789abcdef0`],
      ['another account', `arn:aws:ec2:${region}:999999999999:instance/i-0123456789abcdef0`],
      ['another partition', `arn:aws-cn:ec2:${region}:${account}:instance/i-0123456789abcdef0`],
    ])('is of %s, and has no tags', async (_, resource) => {
      expect(await mayTerminate({}, resource)).toBe(false);
    });
  });

  describe('the role', () => {
    test('reads instances', async () => {
      expect(await may({ action: 'ec2:DescribeInstances', resource: '*' })).toBe(true);
    });

    test('does nothing else on EC2, not even to a nameless instance', async () => {
      const calls = await everyCall('ec2');
      expect(calls.length).toBeGreaterThan(1000);

      const allowed = await allowedOf(calls);

      expect(allowed).toEqual(['ec2:DescribeInstances', 'ec2:TerminateInstances']);
    });

    test('writes to its own log group and to no other', async () => {
      const actions = ['logs:CreateLogStream', 'logs:PutLogEvents'];
      const group = `arn:aws:logs:${region}:${account}:log-group`;
      const mayWrite = (resource: string) => Promise.all(actions.map((action) => may({ action, resource })));

      expect(await mayWrite(`${group}:EnforceNameTagLogGroup:log-stream:2026/01/31/1`)).toEqual([true, true]);
      expect(await mayWrite(`${group}:AnotherLogGroup:log-stream:2026/01/31/1`)).toEqual([false, false]);
      expect(await allowedOf(await everyCall('logs'))).toEqual([]);
    });

    test('sends to the two queues of the stack and to no other', async () => {
      const action = 'sqs:SendMessage';
      const queue = `arn:aws:sqs:${region}:${account}`;

      expect(await may({ action, resource: `${queue}:DeadLetterQueue` })).toBe(true);
      expect(await may({ action, resource: `${queue}:SecondLookQueue` })).toBe(true);
      expect(await may({ action, resource: `${queue}:AnotherQueue` })).toBe(false);
      expect(await allowedOf(await everyCall('sqs'))).toEqual([]);
    });

    test('puts its own notices on the default event bus, and nothing else anywhere', async () => {
      const bus = `arn:aws:events:${region}:${account}:event-bus`;
      const mayPut = (sources: string[], resource = `${bus}/default`) =>
        may({
          action: 'events:PutEvents',
          resource,
          context: sources.length === 0 ? {} : { 'events:source': sources },
        });

      expect(await mayPut(['ec2-name-tag-enforcer'])).toBe(true);
      expect(await mayPut(['ec2-name-tag-enforcer'], `${bus}/another`)).toBe(false);
      expect(
        await mayPut(['ec2-name-tag-enforcer'], `arn:aws:events:us-east-1:${account}:event-bus/default`),
      ).toBe(false);
      expect(await mayPut(['ec2-name-tag-enforcer', 'payroll'])).toBe(false);
      expect(await mayPut(['EC2-name-tag-enforcer'])).toBe(false);
      expect(await mayPut(['payroll'])).toBe(false);
      expect(await mayPut([])).toBe(false);
      const context = { 'events:source': ['ec2-name-tag-enforcer'] };
      const calls = (await everyCall('events')).map(({ action, resource }) => ({
        action,
        resource: resource.replace(/event-bus\/.*/, 'event-bus/default'),
        context,
      }));
      expect(await allowedOf(calls)).toEqual(['events:PutEvents']);
    });

    test('takes messages of the second-look queue, where it is for second looks, and of no other', async () => {
      const queue = `arn:aws:sqs:${region}:${account}`;
      const mayTake = (resource: string) =>
        Promise.all(secondLookActions.map((action) => may({ action, resource })));
      const isAllowedTo = ownActions.length > 0;

      expect(await mayTake(`${queue}:SecondLookQueue`)).toEqual(secondLookActions.map(() => isAllowedTo));
      expect(await mayTake(`${queue}:DeadLetterQueue`)).toEqual([false, false, false]);
    });

    // With this, no action of another service can be allowed: a statement allows what it names.
    test('is allowed what it names and nothing by pattern, exception or managed policy', () => {
      const elements = new Set(statements.flatMap((statement) => keys(statement)));
      const actions = statements.flatMap((statement) => list(at(statement, 'Action')));

      expect(actions).toEqual([
        ...ownActions,
        'ec2:DescribeInstances',
        'ec2:TerminateInstances',
        'ec2:TerminateInstances',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'sqs:SendMessage',
        'events:PutEvents',
      ]);
      expect(elements).toEqual(new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition']));
      expect(keys(stack.resources[role])).not.toContain('ManagedPolicyArns');
    });

    test("is the function's, and Lambda alone may take it on", () => {
      expect(stack.resources[functionId]?.['Role']).toBe(stack.arn(role));
      expect(at(stack.resources[role], 'AssumeRolePolicyDocument', 'Statement')).toEqual([
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]);
    });
  });

  async function allowedOf(calls: readonly Call[]): Promise<string[]> {
    const judged = await Promise.all(calls.map(async (call) => ((await may(call)) ? [call.action] : [])));
    return [...new Set(judged.flat())].toSorted();
  }
});
