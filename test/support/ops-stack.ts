import type { Stack } from '../../src/ops/stack.ts';

/** A deployed stack as the operators' command line reads it, with further outputs and these parameters. */
export function stackWith(
  outputs: Partial<Stack['outputs']>,
  parameters: Readonly<Record<string, string>> = {},
): Stack {
  return {
    name: 'enforcer',
    stackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/enforcer/1',
    status: 'CREATE_COMPLETE',
    parameters,
    outputs: {
      FunctionName: 'enforce',
      FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:enforce',
      RoleArn: 'arn:aws:iam::111122223333:role/enforce',
      LogGroupName: '/aws/lambda/enforce',
      RuleName: 'launches',
      RuleArn: 'arn:aws:events:eu-west-1:111122223333:rule/launches',
      DeadLetterQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters',
      DeadLetterQueueArn: 'arn:aws:sqs:eu-west-1:111122223333:dead-letters',
      Mode: 'terminate',
      MetricsNamespace: 'Ec2NameTagEnforcer',
      NotificationTopicArn: 'arn:aws:sns:eu-west-1:111122223333:topic',
      ...outputs,
    },
  };
}

/** The outputs of a stack that has a second look. */
export const secondLookOutputs = {
  SecondLookFunctionName: 'enforcer-SecondLook-1',
  SecondLookRoleArn: 'arn:aws:iam::111122223333:role/enforcer-SecondLookRole-1',
  SecondLookMappingId: '6c7c2f6e-0000-4000-8000-000000000001',
  SecondLookQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/second-looks',
  StartRuleName: 'enforcer-StartRule-1',
  PauseFunctionName: 'enforcer-Pause-1',
} as const;

/** What makes it a hub: its parameter, and the outputs beside those of `secondLookOutputs`. */
export const hubParameters = { OrganizationId: 'o-a1b2c3d4e5' } as const;
export const hubOutputs = {
  OrganizationBusArn: 'arn:aws:events:eu-west-1:111122223333:event-bus/name-tag-enforcer',
  MemberLaunchRuleArn:
    'arn:aws:events:eu-west-1:111122223333:rule/name-tag-enforcer/enforcer-MemberLaunchRule-1',
  MemberStartRuleArn:
    'arn:aws:events:eu-west-1:111122223333:rule/name-tag-enforcer/enforcer-MemberStartRule-1',
} as const;
