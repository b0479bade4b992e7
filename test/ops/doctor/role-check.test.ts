import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { StackResource } from '../../../src/ops/aws/cloudformation-stack.ts';
import { expectedPolicies } from '../../../src/ops/doctor/expected-policies.ts';
import { UnresolvedError } from '../../../src/ops/doctor/resolve-intrinsics.ts';
import { judgeRole } from '../../../src/ops/doctor/role-check.ts';
import type { Stack } from '../../../src/ops/stack.ts';
import { parseTemplate } from '../../support/cloudformation/parse-template.ts';

const template = JSON.stringify(parseTemplate(readFileSync('template.yaml', 'utf8')));
const place = { partition: 'aws-cn', region: 'cn-north-1', account: '111122223333' };
const roleName = 'stack-EnforceNameTagRole-1';
const resources: StackResource[] = [
  { logicalId: 'EnforceNameTagRole', physicalId: roleName, type: 'AWS::IAM::Role' },
  { logicalId: 'SecondLookRole', physicalId: 'stack-SecondLookRole-1', type: 'AWS::IAM::Role' },
  { logicalId: 'EnforcementPolicy', physicalId: 'stack-Enfo-1', type: 'AWS::IAM::Policy' },
  { logicalId: 'EnforceNameTagLogGroup', physicalId: '/aws/lambda/enforce', type: 'AWS::Logs::LogGroup' },
  {
    logicalId: 'DeadLetterQueue',
    physicalId: 'https://sqs.cn-north-1.amazonaws.com.cn/111122223333/dead-letters',
    type: 'AWS::SQS::Queue',
  },
  {
    logicalId: 'SecondLookQueue',
    physicalId: 'https://sqs.cn-north-1.amazonaws.com.cn/111122223333/second-looks',
    type: 'AWS::SQS::Queue',
  },
];
const stack: Stack = {
  name: 'enforcer',
  stackId: 'arn:aws-cn:cloudformation:cn-north-1:111122223333:stack/enforcer/1',
  status: 'CREATE_COMPLETE',
  parameters: {},
  outputs: {
    FunctionName: 'enforce',
    FunctionArn: 'arn:aws-cn:lambda:cn-north-1:111122223333:function:enforce',
    RoleArn: `arn:aws-cn:iam::111122223333:role/${roleName}`,
    LogGroupName: '/aws/lambda/enforce',
    RuleName: 'launches',
    RuleArn: 'arn:aws-cn:events:cn-north-1:111122223333:rule/launches',
    DeadLetterQueueUrl: 'https://sqs.cn-north-1.amazonaws.com.cn/111122223333/dead-letters',
    DeadLetterQueueArn: 'arn:aws-cn:sqs:cn-north-1:111122223333:dead-letters',
    Mode: 'terminate',
    MetricsNamespace: 'Ec2NameTagEnforcer',
    NotificationTopicArn: 'arn:aws:sns:eu-west-1:111122223333:topic',
  },
};

const expected = expectedPolicies(template, resources, roleName, stack, place);
const [policyName = ''] = expected.keys();
const deployed = JSON.stringify(expected.get(policyName));
const judge = (
  inline: Readonly<Record<string, string>>,
  attached: readonly string[] = [],
  shared: readonly string[] = [],
) => judgeRole(roleName, expected, { inline: new Map(Object.entries(inline)), attached }, shared);

test('a policy that the template has for hubs alone is expected where the stack has it', () => {
  const ofHub: StackResource[] = [
    ...resources,
    { logicalId: 'HubPolicy', physicalId: 'stack-HubP-1', type: 'AWS::IAM::Policy' },
  ];
  const hub: Stack = { ...stack, parameters: { OrganizationId: 'o-a1b2c3d4e5', MemberRoleName: 'member' } };

  expect([...expected.keys()]).toEqual(['enforcement']);
  expect(JSON.stringify(expectedPolicies(template, ofHub, roleName, hub, place).get('hub'))).toContain(
    '"arn:aws-cn:iam::*:role/member"',
  );
});

test('a managed policy of the stack is expected on its role, and missed where it is not', () => {
  const own = 'arn:aws-cn:iam::111122223333:policy/stack-NetworkPolicy-1';
  const inline = { [policyName]: deployed };

  expect(judge(inline, [own], [own])).toMatchObject({ status: 'ok' });
  expect(judge(inline, [], [own]).status).toBe('fail');
  expect(judge(inline, [], [own]).found).toContain(`${own} is not attached`);
  expect(judge(inline, [own])).toMatchObject({ status: 'fail' });
});

test('the policies of the template stand for real resources in the place of the stack', () => {
  expect(deployed).toContain('"arn:aws-cn:ec2:cn-north-1:111122223333:instance/*"');
  expect(deployed).toContain('"arn:aws-cn:logs:cn-north-1:111122223333:log-group:/aws/lambda/enforce:*"');
  expect(deployed).toContain('"arn:aws-cn:sqs:cn-north-1:111122223333:dead-letters"');
  expect(deployed).not.toContain('Fn::');
});

test('the role of second looks has the same policy, and its own', () => {
  const policies = expectedPolicies(template, resources, 'stack-SecondLookRole-1', stack, place);

  expect(policies.get(policyName)).toEqual(expected.get(policyName));
  expect([...policies.keys()].toSorted()).toEqual(['enforcement', 'second-look']);
});

test('a policy whose condition does not hold is not expected, and one whose condition holds is', () => {
  const naming = { logicalId: 'NamingPolicy', physicalId: 'stack-Naming-1', type: 'AWS::IAM::Policy' };

  const withNaming = expectedPolicies(template, [...resources, naming], roleName, stack, place);

  expect([...expected.keys()]).toEqual(['enforcement']);
  expect([...withNaming.keys()].toSorted()).toEqual(['enforcement', 'naming']);
});

test('a role that is not in the stack has no expected policies', () => {
  expect(() => expectedPolicies(template, [], roleName, stack, place)).toThrow(UnresolvedError);
});

describe('the role', () => {
  test('is fine as the template has it', () => {
    expect(judge({ [policyName]: deployed })).toMatchObject({ status: 'ok' });
  });

  test.each([
    [
      'a guard taken away',
      { [policyName]: deployed.replace('"Null":{"aws:ResourceTag/Name":"true"}', '') },
      [],
    ],
    ['an action added', { [policyName]: deployed.replace('"ec2:DescribeInstances"', '"ec2:*"') }, []],
    ['a policy added', { [policyName]: deployed, admin: '{"Statement":[]}' }, []],
    ['the policy missing', {}, []],
    [
      'a managed policy attached',
      { [policyName]: deployed },
      ['arn:aws:iam::aws:policy/AdministratorAccess'],
    ],
  ])('has drifted with %s', (_, inline, attached) => {
    const result = judge(inline, attached);

    expect(result.status).toBe('fail');
    expect(result.found).toContain(`${roleName} has drifted: `);
  });

  test('gets back to the template by commands where something was added, for a change set sees no managed policy', () => {
    const { fix } = judge({ [policyName]: deployed, admin: '{"Statement":[]}' }, ['arn:admin']);

    expect(fix).toBe(
      `aws iam delete-role-policy --role-name ${roleName} --policy-name admin && ` +
        `aws iam detach-role-policy --role-name ${roleName} --policy-arn arn:admin`,
    );
  });
});
