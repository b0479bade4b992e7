import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { readStack } from '../../src/ops/stack.ts';
import { secondLookOutputs } from '../support/ops-stack.ts';
import { parseTemplate } from '../support/cloudformation/parse-template.ts';

const outputs = {
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
};
const found = {
  stackId: 'arn:aws:cloudformation:a:b:stack/c/d',
  status: 'CREATE_COMPLETE',
  parameters: {},
  outputs,
};

test('a stack is read with its outputs; others than ours do no harm', () => {
  expect(readStack('enforcer', { ...found, outputs: { ...outputs, More: 'x' } })).toMatchObject({
    name: 'enforcer',
    outputs: { Mode: 'report' },
  });
});

test('every output that is read is one of the template', () => {
  const template = parseTemplate(readFileSync('template.yaml', 'utf8'));

  expect(Object.keys(template.Outputs)).toEqual(
    expect.arrayContaining(Object.keys({ ...outputs, ...secondLookOutputs })),
  );
});

describe('one line says what to do', () => {
  test('when there is no stack', () => {
    expect(() => readStack('enforcer', undefined)).toThrow(
      /^Found no stack `enforcer` in this account and region\. .*--stack .*--region/,
    );
  });

  test.each(Object.keys(outputs))('when the output %s is missing', (name) => {
    const others = Object.fromEntries(Object.entries(outputs).filter(([key]) => key !== name));

    expect(() => readStack('other', { ...found, outputs: others })).toThrow(
      new RegExp(`^Expected the stack \`other\` \\(CREATE_COMPLETE\\) to have an output \`${name}\``),
    );
  });
});
