import { expect, test } from 'vitest';
import { secondLookOf, stackParts } from '../../src/ops/stack-parts.ts';
import { hubOutputs, hubParameters, secondLookOutputs, stackWith } from '../support/ops-stack.ts';

test('both functions are found by the outputs, each with its rule and role', () => {
  expect(stackParts(stackWith(secondLookOutputs))).toEqual({
    launches: {
      functionName: 'enforce',
      functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:enforce',
      ruleName: 'launches',
      ruleArn: 'arn:aws:events:eu-west-1:111122223333:rule/launches',
      roleName: 'enforce',
      roleArn: 'arn:aws:iam::111122223333:role/enforce',
    },
    secondLook: {
      functionName: 'enforcer-SecondLook-1',
      functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:enforcer-SecondLook-1',
      ruleName: 'enforcer-StartRule-1',
      ruleArn: 'arn:aws:events:eu-west-1:111122223333:rule/enforcer-StartRule-1',
      roleName: 'enforcer-SecondLookRole-1',
      roleArn: 'arn:aws:iam::111122223333:role/enforcer-SecondLookRole-1',
      queueUrl: secondLookOutputs.SecondLookQueueUrl,
      queueArn: 'arn:aws:sqs:eu-west-1:111122223333:second-looks',
      mappingId: secondLookOutputs.SecondLookMappingId,
    },
    hub: undefined,
  });
});

test('a hub has its bus for members, and the rules on it', () => {
  expect(stackParts(stackWith(hubOutputs, hubParameters)).hub).toMatchObject({
    bus: { name: 'name-tag-enforcer' },
    launches: { name: 'enforcer-MemberLaunchRule-1', arn: hubOutputs.MemberLaunchRuleArn },
    starts: { name: 'enforcer-MemberStartRule-1', arn: hubOutputs.MemberStartRuleArn },
  });
});

test('a stack of an older template has no second look, and a command that needs it says what to do', () => {
  expect(stackParts(stackWith({})).secondLook).toBeUndefined();
  expect(() => secondLookOf(stackWith({}))).toThrow(
    /^Expected the stack `enforcer` to have a second-look queue.*npm run deploy/,
  );
});
