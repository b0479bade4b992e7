import { expect, test } from 'vitest';
import type { Stack } from '../../../src/ops/stack.ts';
import { undoDriftCommands } from '../../../src/ops/doctor/undo-drift.ts';

const stack: Stack = {
  name: 'enforcer',
  stackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/enforcer/1',
  status: 'CREATE_COMPLETE',
  parameters: { Mode: 'report', Timeout: '60' },
  outputs: {
    FunctionName: 'enforce',
    FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:enforce',
    RoleArn: 'arn:aws:iam::111122223333:role/enforce',
    LogGroupName: '/aws/lambda/enforce',
    RuleName: 'launches',
    RuleArn: 'arn:aws:events:eu-west-1:111122223333:rule/launches',
    DeadLetterQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters',
    DeadLetterQueueArn: 'arn:aws:sqs:eu-west-1:111122223333:dead-letters',
    Mode: 'report',
    MetricsNamespace: 'Ec2NameTagEnforcer',
    NotificationTopicArn: 'arn:aws:sns:eu-west-1:111122223333:topic',
  },
};

test('the change set reverts drift and keeps every parameter: a stack in report mode stays in it', () => {
  const [create = '', ...others] = undoDriftCommands(stack);

  expect(create).toContain('--deployment-mode REVERT_DRIFT --use-previous-template');
  expect(create).toMatch(
    /--parameters ParameterKey=Mode,UsePreviousValue=true ParameterKey=Timeout,UsePreviousValue=true$/,
  );
  expect(others.map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
    'aws cloudformation wait',
    'aws cloudformation describe-change-set',
    'aws cloudformation execute-change-set',
  ]);
});
