import {
  DescribeEventBusCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import { busChecks } from '../../../src/ops/doctor/bus-check.ts';
import { lookAtAll } from '../../../src/ops/doctor/check.ts';
import type { CheckedResult } from '../../../src/ops/doctor/check.ts';
import { functionChecks } from '../../../src/ops/doctor/function-checks.ts';
import { queueChecks } from '../../../src/ops/doctor/queue-checks.ts';
import { ruleChecks } from '../../../src/ops/doctor/rule-checks.ts';
import { mockClient } from '../../support/mock-client.ts';
import { hubOutputs, hubParameters, secondLookOutputs, stackWith } from '../../support/ops-stack.ts';

const lambda = mockClient(LambdaClient);
const sqs = mockClient(SQSClient);
const eventBridge = mockClient(EventBridgeClient);
const connection = { region: 'eu-west-1' };
const hub = stackWith({ ...secondLookOutputs, ...hubOutputs }, hubParameters);
const { MemberLaunchRuleArn, MemberStartRuleArn } = hubOutputs;
const EventBusName = 'name-tag-enforcer';
const [launchRule, startRule] = ['enforcer-MemberLaunchRule-1', 'enforcer-MemberStartRule-1'];

const policyFor = (action: string, rules: readonly string[]): string =>
  JSON.stringify({
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: action,
      Condition: { ArnEquals: { 'aws:SourceArn': rules } },
    },
  });
const busPolicy = (Condition?: object): string =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Condition }] });
const ofOrganization = (id: string) => busPolicy({ StringEquals: { 'aws:PrincipalOrgID': id } });
const { RuleArn } = hub.outputs;
const startRuleArn = RuleArn.replace('launches', 'enforcer-StartRule-1');

/** Everything as the template has it, for a hub. */
beforeEach(() => {
  for (const client of [lambda, sqs, eventBridge]) client.reset();
  lambda
    .on(GetPolicyCommand)
    .resolves({ Policy: policyFor('lambda:InvokeFunction', [RuleArn, MemberLaunchRuleArn]) });
  sqs.on(GetQueueAttributesCommand).resolves({
    Attributes: {
      Policy: policyFor('sqs:SendMessage', [RuleArn, startRuleArn, MemberLaunchRuleArn, MemberStartRuleArn]),
    },
  });
  const DeadLetterConfig = { Arn: hub.outputs.DeadLetterQueueArn };
  const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:second-looks';
  eventBridge
    .on(DescribeEventBusCommand, { Name: EventBusName })
    .resolves({ Policy: ofOrganization('o-a1b2c3d4e5') })
    .on(DescribeRuleCommand, { EventBusName })
    .resolves({ State: 'ENABLED', EventPattern: '{}' })
    .on(ListTargetsByRuleCommand, { EventBusName, Rule: launchRule })
    .resolves({ Targets: [{ Id: '1', Arn: hub.outputs.FunctionArn, DeadLetterConfig }] })
    .on(ListTargetsByRuleCommand, { EventBusName, Rule: startRule })
    .resolves({ Targets: [{ Id: '1', Arn: queueArn, DeadLetterConfig }] })
    .on(TestEventPatternCommand)
    .callsFake(({ Event }: { readonly Event: string }) => ({
      Result: /"RunInstances"|"running"/.test(Event),
    }));
});

/** What is asked of a hub, and of no other stack. */
const ofHub = /of members|members' bus|lets? the rules? in/;
const examine = async (stack = hub): Promise<CheckedResult[]> => {
  const checks = [busChecks, ruleChecks, functionChecks, queueChecks].flatMap((of) => of(connection, stack));
  return lookAtAll(checks.filter(({ name }) => ofHub.test(name)));
};
const wrong = async (): Promise<CheckedResult[]> => (await examine()).filter(({ status }) => status !== 'ok');

test('a hub as the template has it is fine: its bus, both rules on it, the function and both queues', async () => {
  expect(await wrong()).toEqual([]);
  expect((await examine()).map(({ name }) => name)).toEqual([
    "The members' bus lets the organization in",
    ...['launches', 'starts'].flatMap((what) => [
      `The rule for ${what} of members is enabled`,
      `The rule for ${what} of members matches them`,
      `The rule for ${what} of members hands them to the ${what === 'starts' ? 'second-look queue' : 'function'}`,
      `What the rule for ${what} of members cannot deliver is kept`,
    ]),
    'EnforceNameTag lets the rules in',
    'The second-look queue lets the rules in',
    'The dead-letter queue lets the rules in',
  ]);
});

test('nothing of it is asked of a stack that is no hub', async () => {
  await examine(stackWith(secondLookOutputs));

  expect(eventBridge.commandCalls(DescribeEventBusCommand)).toEqual([]);
  expect(eventBridge.commandCalls(DescribeRuleCommand, { EventBusName })).toEqual([]);
});

test('a hub of an older template, without outputs for its rules, is to be deployed anew', async () => {
  const [first] = await lookAtAll(busChecks(connection, stackWith(secondLookOutputs, hubParameters)));

  expect(first).toMatchObject({ status: 'fail', fix: 'Deploy the stack anew: npm run deploy' });
});

describe('it is found when', () => {
  test.each([
    ['has no policy', undefined, /does not let o-a1b2c3d4e5 in/],
    ['lets another organization in', ofOrganization('o-zzzzzzzzzz'), /does not let o-a1b2c3d4e5 in/],
    ['lets everybody in', busPolicy(), /let others in: the one for "\*"$/],
  ])("the members' bus %s", async (_, Policy, found) => {
    eventBridge.on(DescribeEventBusCommand).resolves(Policy === undefined ? {} : { Policy });

    const [result, ...others] = await wrong();
    expect(result?.found).toMatch(found);
    expect(others).toEqual([]);
  });

  test("a rule on the members' bus is disabled, with the command that names the bus", async () => {
    eventBridge
      .on(DescribeRuleCommand, { EventBusName, Name: startRule })
      .resolves({ State: 'DISABLED', EventPattern: '{}' });

    expect(await wrong()).toMatchObject([
      {
        name: 'The rule for starts of members is enabled',
        fix: `Switch it on: aws events enable-rule --name ${startRule} --event-bus-name ${EventBusName}`,
      },
    ]);
  });

  test('the function lets the rule of members in no more, with the command that does', async () => {
    lambda.on(GetPolicyCommand).resolves({ Policy: policyFor('lambda:InvokeFunction', [RuleArn]) });

    const [result] = await wrong();
    expect(result?.found).toBe(`Its policy does not allow ${MemberLaunchRuleArn}`);
    expect(result?.fix).toMatch(
      new RegExp(`^aws lambda add-permission .*--statement-id MemberLaunchRule .*${MemberLaunchRuleArn}$`),
    );
  });

  test('a queue does not take what the rules of members send', async () => {
    sqs
      .on(GetQueueAttributesCommand)
      .resolves({ Attributes: { Policy: policyFor('sqs:SendMessage', [RuleArn, startRuleArn]) } });

    expect((await wrong()).map(({ found }) => found)).toEqual([
      `Its policy does not allow ${MemberStartRuleArn}, so that events are lost`,
      expect.stringContaining(MemberLaunchRuleArn),
    ]);
  });
});
