import { describe, expect, test } from 'vitest';
import { account, exampleStack, region } from '../support/cloudformation/example-stack.ts';
import { at, keys, list } from '../support/cloudformation/json.ts';
import { policiesOfRole } from '../support/cloudformation/policies-of-role.ts';
import { template } from '../support/cloudformation/project-template.ts';
import { everyCall } from '../support/iam-actions.ts';
import { isAllowed } from '../support/iam.ts';

const usual = exampleStack(template);
const modes = ['terminate', 'name', 'report'] as const;
const combinations = modes.flatMap((Mode) =>
  (['same', ...modes] as const).map((ServiceLaunchMode) => ({ Mode, ServiceLaunchMode })),
);
const roles = ['EnforceNameTagRole', 'SecondLookRole'] as const;

describe.each(combinations)('With $Mode for people and $ServiceLaunchMode for services', (modesOf) => {
  const stack = exampleStack(template, modesOf);
  const givesNames = Object.values(modesOf).includes('name');

  test('both functions know it', () => {
    for (const name of ['EnforceNameTag', 'SecondLook']) {
      expect(at(stack.resources[name], 'Environment', 'Variables')).toMatchObject({
        MODE: modesOf.Mode,
        SERVICE_LAUNCH_MODE: modesOf.ServiceLaunchMode,
      });
    }
  });

  test(`the roles ${givesNames ? 'may' : 'may not'} tag, and may otherwise what they always may`, () => {
    for (const role of roles) {
      const policies = policiesOfRole(stack, role);
      const always = policiesOfRole(usual, role);

      expect(policies.slice(0, always.length)).toEqual(always);
      expect(policies).toHaveLength(always.length + Number(givesNames));
      expect(JSON.stringify(policies).includes('ec2:CreateTags')).toBe(givesNames);
    }
  });
});

describe('Pause', () => {
  const identityPolicies = policiesOfRole(usual, 'PauseRole');
  const may = async (action: string, resource: string) =>
    isAllowed({ action, resource, identityPolicies, context: {} });

  test('may switch the function for launches and the mapping of this stack, and no other', async () => {
    const lambda = `arn:aws:lambda:${region}:${account}`;

    expect(await may('lambda:PutFunctionConcurrency', `${lambda}:function:EnforceNameTag`)).toBe(true);
    expect(await may('lambda:DeleteFunctionConcurrency', `${lambda}:function:EnforceNameTag`)).toBe(true);
    expect(await may('lambda:TagResource', `${lambda}:function:EnforceNameTag`)).toBe(true);
    expect(
      await may('lambda:UpdateEventSourceMapping', `${lambda}:event-source-mapping:SecondLookMapping`),
    ).toBe(true);
    expect(await may('lambda:PutFunctionConcurrency', `${lambda}:function:another`)).toBe(false);
    expect(await may('lambda:UpdateEventSourceMapping', `${lambda}:event-source-mapping:another`)).toBe(
      false,
    );
  });

  test('may do nothing on EC2, nor to queues, nor change code or roles', async () => {
    const calls = [
      ...(await everyCall('ec2')),
      ...(await everyCall('sqs')),
      { action: 'lambda:UpdateFunctionCode', resource: usual.arn('EnforceNameTag') },
      { action: 'lambda:UpdateFunctionConfiguration', resource: usual.arn('EnforceNameTag') },
      { action: 'iam:PutRolePolicy', resource: usual.arn('EnforceNameTagRole') },
    ];
    const allowed = await Promise.all(
      calls.map(async (call) =>
        (await isAllowed({ ...call, identityPolicies, context: {} })) ? call.action : [],
      ),
    );

    expect(new Set(allowed.flat())).toEqual(new Set());
  });

  test('is invoked by the kill storm alarm of this account alone, and only where that is wanted', () => {
    const { resources } = exampleStack(template, { PauseOnKillStorm: 'false' });

    expect(usual.resources['KillStormPermission']).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: 'Pause',
      Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      SourceAccount: account,
      SourceArn: usual.arn('KillStormAlarm'),
    });
    expect(keys(resources)).not.toContain('KillStormPermission');
    expect(list(at(resources['KillStormAlarm'], 'AlarmActions'))).toEqual([usual.arn('NotificationTopic')]);
  });

  test('is told of each deployment of its own stack that ended', () => {
    expect(at(usual.resources['DeploymentRule'], 'EventPattern')).toEqual({
      account: [account],
      source: ['aws.cloudformation'],
      'detail-type': ['CloudFormation Stack Status Change'],
      detail: {
        'stack-id': [expect.stringMatching(/:stack\/example\//)],
        'status-details': {
          status: [
            'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
            'UPDATE_COMPLETE',
            'UPDATE_FAILED',
            'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
            'UPDATE_ROLLBACK_COMPLETE',
            'UPDATE_ROLLBACK_FAILED',
          ],
        },
      },
    });
    expect(at(usual.resources['DeploymentRule'], 'Targets', 0, 'Arn')).toBe(usual.arn('Pause'));
  });

  test('knows what it switches, and what to reserve again', () => {
    const { resources } = exampleStack(template, { ReservedConcurrency: 'none' });

    expect(at(resources['Pause'], 'Environment', 'Variables')).toEqual({
      ENFORCER_FUNCTION_ARN: usual.arn('EnforceNameTag'),
      RESERVED_CONCURRENCY: 'none',
      SECOND_LOOK_MAPPING_ID: 'SecondLookMapping',
      STACK_NAME: 'example',
    });
  });
});
