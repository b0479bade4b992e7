import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { noticeOf } from '../../src/notices/notice.ts';
import type { ToldOutcome } from '../../src/notices/notifier.ts';
import { account, exampleStack, region } from '../support/cloudformation/example-stack.ts';
import { at, isJsonObject, Json, keys } from '../support/cloudformation/json.ts';
import { template } from '../support/cloudformation/project-template.ts';
import { isAllowed, type Request } from '../support/iam.ts';
import { idOf, source } from '../support/launches.ts';

const stack = exampleStack(template);
const topic = stack.arn('NotificationTopic');
const rule = stack.resources['NoticeRule'];
const Transformer = v.object({
  InputPathsMap: v.record(v.string(), v.string()),
  InputTemplate: v.string(),
});

const told: Readonly<Record<ToldOutcome['outcome'], ToldOutcome>> = {
  terminated: { instanceId: idOf(1), outcome: 'terminated', reason: 'no-name-tag' },
  'would-terminate': { instanceId: idOf(1), outcome: 'would-terminate', reason: 'no-name-tag' },
  postponed: {
    instanceId: idOf(1),
    outcome: 'postponed',
    reason: 'no-name-tag',
    dueAt: Date.UTC(2026, 2, 1, 10),
    mode: 'terminate',
  },
  named: { instanceId: idOf(1), outcome: 'named', reason: 'no-name-tag', name: 'web-1' },
  failed: { instanceId: idOf(1), outcome: 'failed', reason: 'relaunched' },
};
const noticeOfOutcome = (outcome: ToldOutcome['outcome']) =>
  noticeOf({ source, instances: [told[outcome]], at: Date.UTC(2026, 2, 1, 9, 0, 4) });

describe('the rule for notices', () => {
  test.each(['terminated', 'would-terminate', 'postponed', 'named', 'failed'] as const)(
    'takes a notice of %s',
    (outcome) => {
      expect(at(rule, 'EventPattern', 'detail-type')).toContain(noticeOfOutcome(outcome).detailType);
      expect(at(rule, 'EventPattern', 'source')).toEqual(['ec2-name-tag-enforcer']);
    },
  );

  // Another stack in this account and region puts its own on the same bus.
  test('takes those of its own stack alone', () => {
    expect(at(rule, 'EventPattern', 'detail', 'stack')).toEqual(['example']);
    expect(at(stack.resources['EnforceNameTag'], 'Environment', 'Variables', 'STACK_NAME')).toBe('example');
  });

  test('is on, on the default bus, and hands them to the topic', () => {
    expect(rule).toMatchObject({ State: 'ENABLED', Targets: [{ Arn: topic }] });
    expect(keys(rule)).not.toContain('EventBusName');
  });

  test('tries for six hours, and keeps what it could not hand over', () => {
    expect(at(rule, 'Targets', 0)).toMatchObject({
      RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 6 * 60 * 60 },
      DeadLetterConfig: { Arn: stack.arn('UndeliveredNoticesQueue') },
    });
  });

  test('makes a text of them that a person understands, with every part of it filled in', () => {
    const { InputPathsMap, InputTemplate } = v.parse(Transformer, at(rule, 'Targets', 0, 'InputTransformer'));
    const { detail } = noticeOfOutcome('terminated');
    const event = v.parse(Json, JSON.parse(JSON.stringify({ detail })));

    const text = InputTemplate.replaceAll(/<(\w+)>/g, (_, name: string) =>
      valueAt(event, InputPathsMap[name] ?? ''),
    );

    expect(text).toBe(
      [
        `"ada launched an EC2 instance without a name in account 111122223333, region eu-central-1: ${idOf(1)} was terminated."`,
        '"Why: Every instance must have a tag with the key Name, written just so, and there was none."',
        '"Terminated at 2026-03-01T09:00:04.000Z."',
        '"Next time: Give RunInstances TagSpecifications of the ResourceType instance with a Name tag. A name that is given after the launch may come too late."',
        `"Launched by arn:aws:iam::111122223333:user/ada, with: sdk. CloudTrail's event history has the launch as event ${source.eventId}."`,
        '',
      ].join('\n'),
    );
  });
});

describe('the queue of notices that could not be handed over', () => {
  const resource = stack.arn('UndeliveredNoticesQueue');
  const resourcePolicy = at(stack.resources['UndeliveredNoticesQueuePolicy'], 'PolicyDocument');
  const maySend = (context: Request['context']) =>
    isAllowed({
      action: 'sqs:SendMessage',
      resource,
      resourcePolicy,
      principal: 'events.amazonaws.com',
      context: { 'aws:SecureTransport': 'true', ...context },
    });

  test('takes those of this rule and of no other, over TLS alone', async () => {
    const own = { 'aws:SourceArn': stack.arn('NoticeRule') };

    expect(await maySend(own)).toBe(true);
    expect(await maySend({ 'aws:SourceArn': stack.arn('LaunchRule') })).toBe(false);
    expect(await maySend({ ...own, 'aws:SecureTransport': 'false' })).toBe(false);
  });

  test('is encrypted, and keeps a message for 14 days', () => {
    expect(stack.resources['UndeliveredNoticesQueue']).toEqual({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
    });
  });
});

describe('the topic', () => {
  const resourcePolicy = at(stack.resources['NotificationTopicPolicy'], 'PolicyDocument');
  const mayPublish = (request: Partial<Request>) =>
    isAllowed({
      action: 'sns:Publish',
      resource: topic,
      resourcePolicy,
      ...request,
      context: { 'aws:SecureTransport': 'true', ...request.context },
    });

  test('takes notices of this rule and of no other', async () => {
    const principal = 'events.amazonaws.com';
    const other = `arn:aws:events:${region}:${account}:rule/Another`;

    expect(await mayPublish({ principal, context: { 'aws:SourceArn': stack.arn('NoticeRule') } })).toBe(true);
    expect(await mayPublish({ principal, context: { 'aws:SourceArn': other } })).toBe(false);
  });

  test('takes alarms of this account and of no other', async () => {
    const principal = 'cloudwatch.amazonaws.com';

    expect(await mayPublish({ principal, context: { 'aws:SourceAccount': account } })).toBe(true);
    expect(await mayPublish({ principal, context: { 'aws:SourceAccount': '999999999999' } })).toBe(false);
  });

  test('takes nothing that is not sent over TLS', async () => {
    const context = { 'aws:SourceArn': stack.arn('NoticeRule'), 'aws:SecureTransport': 'false' };

    expect(await mayPublish({ principal: 'events.amazonaws.com', context })).toBe(false);
  });

  test('is encrypted at rest with the key that is given, and costs none otherwise', () => {
    const NotificationKeyArn = `arn:aws:kms:${region}:${account}:key/0b7ee1c6-8a4d-4c6b-9a51-6d2f4b1c7e30`;
    const withKey = exampleStack(template, { NotificationKeyArn });

    expect(withKey.resources['NotificationTopic']).toMatchObject({ KmsMasterKeyId: NotificationKeyArn });
    expect(keys(stack.resources['NotificationTopic'])).not.toContain('KmsMasterKeyId');
    expect(Object.values(template.Resources).map(({ Type }) => Type)).not.toContain('AWS::KMS::Key');
  });
});

describe('the e-mail', () => {
  test('goes to the address asked for', () => {
    const { resources } = exampleStack(template, { NotificationEmail: 'lena@example.com' });

    expect(resources['NotificationEmailSubscription']).toEqual({
      TopicArn: topic,
      Protocol: 'email',
      Endpoint: 'lena@example.com',
    });
  });

  test('is named in the outputs, and where there is none they say that nobody is told', () => {
    const { outputs } = exampleStack(template, { NotificationEmail: 'lena@example.com' });

    expect(outputs['Notifications']).toMatch(/^lena@example\.com/);
    expect(stack.outputs['Notifications']).toMatch(/^Nobody/);
  });

  test('goes to nobody unless asked for', () => {
    expect(Object.keys(stack.resources)).not.toContain('NotificationEmailSubscription');
  });
});

/** The text at a path like `$.detail.summary`. */
function valueAt(value: Json, path: string): string {
  let here: Json | undefined = value;
  for (const key of path.split('.').slice(1)) here = isJsonObject(here) ? here[key] : undefined;
  if (typeof here !== 'string') throw new Error(`Expected a text at ${path}, found ${JSON.stringify(here)}.`);
  return here;
}
