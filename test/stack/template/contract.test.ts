import { describe, expect, test } from 'vitest';
import { exampleStack, region, account } from '../../support/cloudformation/example-stack.ts';
import {
  at,
  entries,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
} from '../../support/cloudformation/json.ts';
import { template as source } from '../../support/cloudformation/project-template.ts';
import { identityPolicies, ofType, resourcePolicy, template } from './deployed.ts';

describe('reserved concurrency', () => {
  test('is five, or the number asked for', () => {
    expect(properties('EnforceNameTag', {})['ReservedConcurrentExecutions']).toBe('5');
    expect(properties('EnforceNameTag', { ReservedConcurrency: '12' })['ReservedConcurrentExecutions']).toBe(
      '12',
    );
  });

  test('is left off altogether for `none`', () => {
    expect(
      properties('EnforceNameTag', { ReservedConcurrency: 'none' })['ReservedConcurrentExecutions'],
    ).toBeUndefined();
  });
});

describe('the function', () => {
  test('runs the bundle on Node.js 24, on the processor, memory and time asked for', () => {
    const given = { Architecture: 'x86_64', MemorySize: '512', Timeout: '120' };

    expect(properties('EnforceNameTag', {})).toMatchObject({
      Handler: 'enforce-name-tag.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 60,
    });
    expect(properties('EnforceNameTag', given)).toMatchObject({
      Architectures: ['x86_64'],
      MemorySize: '512',
      Timeout: '120',
    });
  });

  test('writes JSON logs of the level asked for to its own log group', () => {
    const expected = { LogGroup: 'EnforceNameTagLogGroup', LogFormat: 'JSON', SystemLogLevel: 'INFO' };

    expect(properties('EnforceNameTag', {})).toMatchObject({
      LoggingConfig: { ...expected, ApplicationLogLevel: 'INFO' },
    });
    expect(properties('EnforceNameTag', { LogLevel: 'DEBUG' })).toMatchObject({
      LoggingConfig: { ...expected, ApplicationLogLevel: 'DEBUG' },
    });
  });
});

describe('the log group', () => {
  test('keeps lines for 90 days, or for as long as asked for', () => {
    expect(properties('EnforceNameTagLogGroup', {})).toMatchObject({ RetentionInDays: 90 });
    expect(properties('EnforceNameTagLogGroup', { LogRetentionDays: '365' })).toMatchObject({
      RetentionInDays: '365',
    });
  });

  test('outlives its stack, under a name that no other stack takes', () => {
    expect(template.Resources['EnforceNameTagLogGroup']).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    expect(properties('EnforceNameTagLogGroup', {})).toMatchObject({
      LogGroupName: '/aws/lambda/example-0b7ee1c6-8a4d-4c6b-9a51-6d2f4b1c7e30',
    });
  });
});

describe('what is granted', () => {
  test('is granted by two roles with one policy between them, a role that pauses, a permission for each that invokes, and one policy each of queues, topic and bucket', () => {
    const granting = Object.entries(template.Resources).filter(([, { Type }]) =>
      /IAM|Policy|Permission|KMS/.test(Type),
    );
    const askedFor = ['IsHub', 'InNetwork'];
    const [ofHubs, ofNetworks, others] = [...askedFor, 'none of these'].map((condition) =>
      granting
        .filter(([, { Condition = '' }]) =>
          askedFor.includes(condition) ? Condition === condition : !askedFor.includes(Condition),
        )
        .map(([id]) => id)
        .toSorted(),
    );

    expect(ofNetworks).toEqual(['NetworkPolicy']);
    expect(ofHubs).toEqual(['HubPolicy', 'MemberLaunchRulePermission', 'OrganizationBusPolicy']);
    expect(others).toEqual([
      'DeadLetterQueuePolicy',
      'DeploymentRulePermission',
      'EnforceNameTagRole',
      'EnforcementPolicy',
      'KillStormPermission',
      'LaunchRulePermission',
      'NamingPolicy',
      'NotificationTopicPolicy',
      'PauseRole',
      'SecondLookQueuePolicy',
      'SecondLookRole',
      'TrailBucketPolicy',
      'UndeliveredNoticesQueuePolicy',
    ]);
    expect(ofType('AWS::IAM::Role')).toEqual(['EnforceNameTagRole', 'SecondLookRole', 'PauseRole']);
  });

  test('has no wildcard but the named ones', () => {
    const { resources: withTrail } = exampleStack(template, { CreateTrail: 'true' });
    const topic = at(withTrail['NotificationTopicPolicy'], 'PolicyDocument');
    const bucket = at(withTrail['TrailBucketPolicy'], 'PolicyDocument');
    const notices = at(withTrail['UndeliveredNoticesQueuePolicy'], 'PolicyDocument');
    const starts = at(withTrail['SecondLookQueuePolicy'], 'PolicyDocument');

    expect(wildcards({ identityPolicies, resourcePolicy, topic, bucket, notices, starts })).toEqual([
      // DescribeInstances knows no narrower resource.
      'identityPolicies.0.Statement.0.Resource: *',
      // Instances of this account and region, as far as the guard's conditions let it.
      `identityPolicies.0.Statement.1.Resource: arn:aws:ec2:${region}:${account}:instance/*`,
      `identityPolicies.0.Statement.2.Resource: arn:aws:ec2:${region}:${account}:instance/*`,
      // The streams of the function's own log group.
      `identityPolicies.0.Statement.3.Resource: arn:aws:logs:${region}:${account}:log-group:EnforceNameTagLogGroup:*`,
      // A denial, of plain HTTP, to all.
      'resourcePolicy.Statement.1.Principal: *',
      'resourcePolicy.Statement.1.Action: sqs:*',
      'topic.Statement.2.Principal: *',
      // The trail's own folder, and the same denial as for the queue.
      `bucket.Statement.1.Resource: arn:aws:s3:::TrailBucket/AWSLogs/${account}/*`,
      'bucket.Statement.2.Principal: *',
      'bucket.Statement.2.Action: s3:*',
      'bucket.Statement.2.Resource.1: arn:aws:s3:::TrailBucket/*',
      'notices.Statement.1.Principal: *',
      'notices.Statement.1.Action: sqs:*',
      'starts.Statement.1.Principal: *',
      'starts.Statement.1.Action: sqs:*',
    ]);
    const denials = [
      at(resourcePolicy, 'Statement', 1),
      at(topic, 'Statement', 2),
      at(bucket, 'Statement', 2),
      at(notices, 'Statement', 1),
      at(starts, 'Statement', 1),
    ];
    expect(denials.map((statement) => at(statement, 'Effect'))).toEqual(denials.map(() => 'Deny'));
  });
});

test('the transform leaves parameters and outputs as the template has them', () => {
  expect(template.Parameters).toEqual(source.Parameters);
  expect(template.Outputs).toEqual(source.Outputs);
});

/** Properties of a resource in a stack with these parameters. */
function properties(logicalId: string, parameters: Record<string, string>): JsonObject {
  return exampleStack(template, parameters).resources[logicalId] ?? {};
}

/** Path and text of every string that holds a `*`. */
function wildcards(value: Json, path: readonly string[] = []): string[] {
  if (typeof value === 'string') return value.includes('*') ? [`${path.join('.')}: ${value}`] : [];
  if (isJsonArray(value)) return value.flatMap((item, index) => wildcards(item, [...path, String(index)]));
  if (!isJsonObject(value)) return [];
  return entries(value).flatMap(([key, inner]) => wildcards(inner, [...path, key]));
}
