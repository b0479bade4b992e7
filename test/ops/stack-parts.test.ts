import { describe, expect, test } from 'vitest';
import type { StackResource } from '../../src/ops/aws/cloudformation-stack.ts';
import type { Stack } from '../../src/ops/stack.ts';
import { stackParts } from '../../src/ops/stack-parts.ts';
import { stackWith } from '../support/ops-stack.ts';

const mapping = {
  logicalId: 'SecondLookQueueEvents',
  physicalId: '6c7c2f6e-0000-4000-8000-000000000001',
  type: 'AWS::Lambda::EventSourceMapping',
};
const resources: readonly StackResource[] = [
  { logicalId: 'SecondLook', physicalId: 'enforcer-SecondLook-1', type: 'AWS::Lambda::Function' },
  { logicalId: 'StartRule', physicalId: 'enforcer-StartRule-1', type: 'AWS::Events::Rule' },
  { logicalId: 'SecondLookRole', physicalId: 'enforcer-SecondLookRole-1', type: 'AWS::IAM::Role' },
  { logicalId: 'SecondLookLogGroup', physicalId: '/aws/lambda/second-look', type: 'AWS::Logs::LogGroup' },
  mapping,
];
const stack: Stack = stackWith({
  SecondLookQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/second-looks',
});

test('both functions, with their rules and roles, are found by their names in the template', () => {
  expect(stackParts(stack, resources)).toMatchObject({
    launches: { functionName: 'enforce', ruleName: 'launches', roleName: 'enforce' },
    secondLook: {
      functionName: 'enforcer-SecondLook-1',
      functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:enforcer-SecondLook-1',
      ruleArn: 'arn:aws:events:eu-west-1:111122223333:rule/enforcer-StartRule-1',
      roleArn: 'arn:aws:iam::111122223333:role/enforcer-SecondLookRole-1',
      queueArn: 'arn:aws:sqs:eu-west-1:111122223333:second-looks',
      mappingId: mapping.physicalId,
    },
    logGroupNames: ['/aws/lambda/second-look'],
  });
});

test('a stack of an older template has no second look, and the log group of its output', () => {
  expect(stackParts(stackWith({}), [])).toMatchObject({
    secondLook: undefined,
    logGroupNames: ['/aws/lambda/enforce'],
  });
});

describe('one line says what to do when the stack has lost', () => {
  test.each(['SecondLook', 'StartRule', 'SecondLookRole', mapping.logicalId])('%s', (logicalId) => {
    const others = resources.filter((resource) => resource.logicalId !== logicalId);

    expect(() => stackParts(stack, others)).toThrow(
      /^Expected the stack `enforcer` to have .*npm run deploy/,
    );
  });
});
