import { describe, expect, test, vi } from 'vitest';
import { exampleStack } from '../support/cloudformation/example-stack.ts';
import { at } from '../support/cloudformation/json.ts';
import { template } from '../support/cloudformation/project-template.ts';

describe('the rule', () => {
  test('matches every RunInstances call that CloudTrail records, and nothing else', () => {
    expect(at(template.Resources['LaunchRule']?.Properties, 'EventPattern')).toEqual({
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
      DeadLetterQueueUrl: 'DeadLetterQueue',
      DeadLetterQueueArn: stack.arn('DeadLetterQueue'),
      Mode: 'report',
      MetricsNamespace: 'Ec2NameTagEnforcer',
      NotificationTopicArn: stack.arn('NotificationTopic'),
      NoticeRuleName: 'NoticeRule',
      UndeliveredNoticesQueueUrl: 'UndeliveredNoticesQueue',
      DashboardName: 'Dashboard',
    });
  });

  test('name the namespace that the function writes its metrics to', async () => {
    // Powertools writes to the global console, where a test can see it, in development alone.
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    const written: unknown[] = [];
    for (const method of ['log', 'info'] as const) {
      vi.spyOn(console, method).mockImplementation((line: unknown) => void written.push(line));
    }
    const { reportIgnoredEvent } = await import('../../src/functions/telemetry.ts');

    reportIgnoredEvent({ kind: 'ignored', reason: 'failed-call' });

    const namespace = exampleStack(template).outputs['MetricsNamespace'];
    expect(written.join('\n')).toContain(`"Namespace":${JSON.stringify(namespace)}`);
  });

  test.each(Object.entries(template.Outputs))('describe %s', (_, { Description }) => {
    expect(Description.length).toBeGreaterThan(15);
  });
});
