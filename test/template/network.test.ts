import { describe, expect, test } from 'vitest';
import { allows } from '../support/cloudformation/allows.ts';
import { exampleStack, region, account } from '../support/cloudformation/example-stack.ts';
import { at, keys } from '../support/cloudformation/json.ts';
import { policiesOfRole } from '../support/cloudformation/policies-of-role.ts';
import { template } from '../support/cloudformation/project-template.ts';
import { everyCall } from '../support/iam-actions.ts';
import { isAllowed, tagged } from '../support/iam.ts';

const network = { SubnetIds: 'subnet-0a1b2c3d,subnet-0b2c3d4e', SecurityGroupIds: 'sg-0a1b2c3d' };
const usual = exampleStack(template);
const stack = exampleStack(template, network);
const functions = ['EnforceNameTag', 'SecondLook', 'Pause'] as const;
const roles = ['EnforceNameTagRole', 'SecondLookRole', 'PauseRole'] as const;

/** What Lambda needs: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
const ofLambda = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

test.each([
  ['SubnetIds', 'subnet-0a1b2c3d4e5f60718', true],
  ['SubnetIds', 'subnet-0a1b2c3d', true],
  ['SubnetIds', '', true],
  ['SubnetIds', 'vpc-0a1b2c3d', false],
  ['SecurityGroupIds', 'sg-0a1b2c3d4e5f60718', true],
  ['SecurityGroupIds', 'default', false],
])('%s takes %j: %s', (parameter, value, isTaken) => {
  expect(allows(template.Parameters[parameter], value)).toBe(isTaken);
});

test('Without a network nothing of one is there', () => {
  const whole = JSON.stringify([usual.resources, usual.outputs]);

  expect(whole).not.toMatch(/VpcConfig|NetworkInterface|ManagedPolicyArns/);
  expect(keys(usual.resources)).not.toContain('NetworkPolicy');
});

describe('In a network of your own', () => {
  test('each function is, and nothing else of the stack changes but what their roles may', () => {
    const changed = Object.keys(stack.resources).filter(
      (id) => JSON.stringify(stack.resources[id]) !== JSON.stringify(usual.resources[id]),
    );

    expect(changed.toSorted()).toEqual([...functions, ...roles, 'NetworkPolicy'].toSorted());
    for (const name of functions) {
      const { VpcConfig: config, ...others } = { ...stack.resources[name] };
      expect(others).toEqual(usual.resources[name]);
      expect(config).toEqual({
        SubnetIds: ['subnet-0a1b2c3d', 'subnet-0b2c3d4e'],
        SecurityGroupIds: ['sg-0a1b2c3d'],
      });
    }
    for (const role of roles) {
      const { ManagedPolicyArns: managed, ...others } = { ...stack.resources[role] };
      expect(others).toEqual(usual.resources[role]);
      expect(managed).toEqual(['NetworkPolicy']);
    }
  });

  test.each([
    ['SubnetIds', 'SecurityGroupIds'],
    ['SecurityGroupIds', 'SubnetIds'],
  ] as const)('%s without %s is not passed over: Lambda is given both, and refuses', (given, missing) => {
    const { resources } = exampleStack(template, { [given]: network[given] });

    expect(at(resources['Pause'], 'VpcConfig', missing)).toEqual(['']);
  });
});

describe.each(roles)('The guard of %s in a network', (role) => {
  const identityPolicies = [
    ...policiesOfRole(stack, role),
    at(stack.resources['NetworkPolicy'], 'PolicyDocument'),
  ];
  const code = { 'lambda:SourceFunctionArn': `arn:aws:lambda:${region}:${account}:function:EnforceNameTag` };
  const allowedOn = async (context: Record<string, string>) => {
    const judged = await Promise.all(
      (await everyCall('ec2')).map(async (call) =>
        (await isAllowed({ ...call, context: { ...tagged({}), ...context }, identityPolicies }))
          ? [call.action]
          : [],
      ),
    );
    return [...new Set(judged.flat())].toSorted();
  };
  const own = role === 'PauseRole' ? [] : ['ec2:DescribeInstances', 'ec2:TerminateInstances'];

  test('lets Lambda manage network interfaces, and nobody do anything else', async () => {
    expect(await allowedOn({})).toEqual([...own, ...ofLambda].toSorted());
  });

  test("lets the function's own code do on EC2 what it may without one, and no more", async () => {
    expect(await allowedOn(code)).toEqual(own);
  });

  test('never lets a named instance be terminated', async () => {
    const instance = `arn:aws:ec2:${region}:${account}:instance/i-0123456789abcdef0`;
    const context = { ...tagged({ Name: 'web' }), ...code };

    expect(
      await isAllowed({
        action: 'ec2:TerminateInstances',
        resource: instance,
        context,
        identityPolicies,
      }),
    ).toBe(false);
  });
});
