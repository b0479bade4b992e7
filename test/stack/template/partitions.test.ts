import { describe, expect, test } from 'vitest';
import { account, exampleStack, stackUuid } from '../../support/cloudformation/example-stack.ts';
import { at, textAt } from '../../support/cloudformation/json.ts';
import { policiesOfRole } from '../../support/cloudformation/policies-of-role.ts';
import { isAllowed, tagged } from '../../support/iam.ts';
import { transformedTemplate } from './transformed-template.ts';

/** CloudFormation's limit: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const stackName = 'n'.repeat(128);

const everything = { CreateTrail: 'true', NotificationEmail: 'lena@example.com' };

/**
 * The most characters of each name that the template makes up; CloudFormation makes up the others, and keeps them short.
 *
 * - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
 * - https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
 * - https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
 * - https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
 * - https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 * - https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
 */
const longest: Readonly<Record<string, number>> = {
  'AWS::CloudTrail::Trail TrailName': 128,
  'AWS::Logs::LogGroup LogGroupName': 512,
  'AWS::Logs::QueryDefinition Name': 255,
  'AWS::CloudWatch::Dashboard DashboardName': 255,
  'AWS::IAM::Policy PolicyName': 128,
  'AWS::SQS::Queue QueueName': 80,
};

describe.each([
  ['aws', 'eu-central-1'],
  ['aws-us-gov', 'us-gov-west-1'],
  ['aws-cn', 'cn-north-1'],
])('in the partition %s, with a stack name of 128 characters,', (partition, region) => {
  const template = transformedTemplate(region);
  const stack = exampleStack(template, everything, { partition, region, stackName });
  const whole = JSON.stringify([stack.resources, stack.outputs]);

  test('every ARN is of this partition', () => {
    const partitions = [...whole.matchAll(/\barn:([a-z-]*):/g)].map(([, found]) => found);

    expect(partitions.length).toBeGreaterThan(50);
    expect(new Set(partitions)).toEqual(new Set([partition]));
  });

  // The names of AWS's services in policies and events, the same everywhere; a host would be another one in China.
  test('no host of AWS is named', () => {
    // What a reference to a queue stands for is not of the template.
    const services = [...whole.matchAll(/[\w./:-]*amazonaws\.com[\w.]*/g)]
      .map(([found]) => found)
      .filter((found) => !found.startsWith('https://sqs.'));

    expect(new Set(services)).toEqual(
      new Set([
        'cloudtrail.amazonaws.com',
        'cloudwatch.amazonaws.com',
        'ec2.amazonaws.com',
        'events.amazonaws.com',
        'lambda.alarms.cloudwatch.amazonaws.com',
        'lambda.amazonaws.com',
      ]),
    );
  });

  test('no name is longer than it may be', () => {
    const names = Object.entries(stack.resources).flatMap(([id, properties]) =>
      Object.entries(properties).flatMap(([key, value]) =>
        /^(?!Metric|S3Bucket|Function|Display)\w*Name$/.test(key) && typeof value === 'string'
          ? [{ name: `${template.Resources[id]?.Type} ${key}`, length: value.length }]
          : [],
      ),
    );

    expect(new Set(names.map(({ name }) => name))).toEqual(new Set(Object.keys(longest)));
    expect(names.filter(({ name, length }) => length > (longest[name] ?? 0))).toEqual([]);
  });

  test('each name is of this stack alone', () => {
    const trail = at(stack.resources['Trail'], 'TrailName');
    const another = exampleStack(template, everything, { partition, region, stackName: 'another' });

    expect(trail).toContain(stackUuid);
    expect(at(another.resources['Dashboard'], 'DashboardName')).not.toBe(
      at(stack.resources['Dashboard'], 'DashboardName'),
    );
  });

  test('the role terminates nameless instances of this partition, and no others', async () => {
    const identityPolicies = policiesOfRole(stack, 'EnforceNameTagRole');
    const mayTerminate = (of: string, tags: Record<string, string>) =>
      isAllowed({
        action: 'ec2:TerminateInstances',
        resource: `arn:${of}:ec2:${region}:${account}:instance/i-0123456789abcdef0`,
        principal: `arn:${partition}:sts::${account}:assumed-role/EnforceNameTagRole/EnforceNameTag`,
        context: tagged(tags),
        identityPolicies,
      });

    expect(await mayTerminate(partition, {})).toBe(true);
    expect(await mayTerminate(partition, { Name: 'web' })).toBe(false);
    expect(await mayTerminate('aws-iso', {})).toBe(false);
  });

  test('the trail may write into its bucket', async () => {
    const trail = `arn:${partition}:cloudtrail:${region}:${account}:trail/${textAt(stack.resources['Trail'], 'TrailName')}`;
    const allowed = await isAllowed({
      principal: 'cloudtrail.amazonaws.com',
      action: 's3:PutObject',
      resource: `${stack.arn('TrailBucket')}/AWSLogs/${account}/CloudTrail/log.json.gz`,
      resourcePolicy: at(stack.resources['TrailBucketPolicy'], 'PolicyDocument'),
      context: {
        'aws:SourceArn': trail,
        'aws:SecureTransport': 'true',
        's3:x-amz-acl': 'bucket-owner-full-control',
      },
    });

    expect(allowed).toBe(true);
  });
});
