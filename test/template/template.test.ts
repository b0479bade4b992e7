import { describe, expect, test } from 'vitest';
import { account, exampleStack, queueUrl } from '../support/cloudformation/example-stack.ts';
import { at } from '../support/cloudformation/json.ts';
import { template } from '../support/cloudformation/project-template.ts';
import { publishedMetrics } from '../support/published-metrics.ts';

describe('the rule for launches', () => {
  test("matches every RunInstances call of the stack's account that CloudTrail records, and nothing else", () => {
    expect(at(exampleStack(template).resources['LaunchRule'], 'EventPattern')).toEqual({
      account: [account],
      source: ['aws.ec2'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: { eventSource: ['ec2.amazonaws.com'], eventName: ['RunInstances'] },
    });
  });
});

describe('the outputs', () => {
  test('tell operators all that they need to reach the parts', () => {
    const stack = exampleStack(template, { Mode: 'report' });

    // What Notifications says is in notices.test.ts.
    const { Notifications: _, ...outputs } = stack.outputs;
    expect(outputs).toEqual({
      FunctionName: 'EnforceNameTag',
      FunctionArn: stack.arn('EnforceNameTag'),
      RoleArn: stack.arn('EnforceNameTagRole'),
      LogGroupName: 'EnforceNameTagLogGroup',
      RuleName: 'LaunchRule',
      RuleArn: stack.arn('LaunchRule'),
      SecondLookFunctionName: 'SecondLook',
      SecondLookRoleArn: stack.arn('SecondLookRole'),
      SecondLookMappingId: 'SecondLookMapping',
      SecondLookQueueUrl: queueUrl('SecondLookQueue'),
      StartRuleName: 'StartRule',
      DeadLetterQueueUrl: queueUrl('DeadLetterQueue'),
      DeadLetterQueueArn: stack.arn('DeadLetterQueue'),
      Mode: 'report',
      MetricsNamespace: 'Ec2NameTagEnforcer',
      NotificationTopicArn: stack.arn('NotificationTopic'),
      NoticeRuleName: 'NoticeRule',
      UndeliveredNoticesQueueUrl: queueUrl('UndeliveredNoticesQueue'),
      DashboardName: 'Dashboard',
    });
  });

  test('name the namespace that the function writes its metrics to', () => {
    const namespaces = new Set(publishedMetrics().map(({ namespace }) => namespace));

    expect([...namespaces]).toEqual([exampleStack(template).outputs['MetricsNamespace']]);
  });

  test.each(Object.entries(template.Outputs))('describe %s', (_, { Description }) => {
    expect(Description.length).toBeGreaterThan(15);
  });
});
