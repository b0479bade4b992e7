import { describe, expect, test } from 'vitest';
import { account, exampleStack, region, stackUuid } from '../support/cloudformation/example-stack.ts';
import { at } from '../support/cloudformation/json.ts';
import { template } from '../support/cloudformation/project-template.ts';
import { isAllowed, type Request } from '../support/iam.ts';

const { resources, outputs } = exampleStack(template, { CreateTrail: 'true', LogRetentionDays: '30' });
const trail = `arn:aws:cloudtrail:${region}:${account}:trail/name-tag-enforcer-${stackUuid}`;
const bucket = 'arn:aws:s3:::TrailBucket';
const bucketPolicy = at(resources['TrailBucketPolicy'], 'PolicyDocument');

/** Whether the bucket's policy lets this trail in, over TLS. */
const mayTrail = (action: string, resource: string, context: Request['context'] = {}) =>
  isAllowed({
    principal: 'cloudtrail.amazonaws.com',
    action,
    resource,
    resourcePolicy: bucketPolicy,
    context: { 'aws:SourceArn': trail, 'aws:SecureTransport': 'true', ...context },
  });

test('there is no trail and no bucket unless asked for', () => {
  const unasked = exampleStack(template);

  expect(Object.keys(unasked.resources).filter((id) => id.startsWith('Trail'))).toEqual([]);
  expect(Object.keys(unasked.outputs)).not.toContain('TrailArn');
});

describe('the trail', () => {
  test('records every changing management call of this region, RunInstances among them, and is on', () => {
    expect(resources['Trail']).toEqual({
      TrailName: `name-tag-enforcer-${stackUuid}`,
      S3BucketName: 'TrailBucket',
      IsLogging: true,
      IsMultiRegionTrail: false,
      IncludeGlobalServiceEvents: false,
      EnableLogFileValidation: true,
      EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }],
    });
  });

  test('is made after its bucket lets it in', () => {
    expect(template.Resources['Trail']).toMatchObject({ DependsOn: 'TrailBucketPolicy' });
  });

  test('is put out, with its bucket', () => {
    expect(outputs).toMatchObject({ TrailBucketName: 'TrailBucket' });
    expect(outputs['TrailArn']).toContain(':trail/');
  });
});

describe("the trail's bucket", () => {
  const file = `${bucket}/AWSLogs/${account}/CloudTrail/${region}/2026/03/01/log.json.gz`;
  const acl = { 's3:x-amz-acl': 'bucket-owner-full-control' };

  test('is encrypted, versioned, and closed to the public', () => {
    expect(resources['TrailBucket']).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      VersioningConfiguration: { Status: 'Enabled' },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  test('keeps files for as long as log lines are kept, and outlives its stack', () => {
    expect(at(resources['TrailBucket'], 'LifecycleConfiguration', 'Rules', 0)).toMatchObject({
      Status: 'Enabled',
      ExpirationInDays: '30',
    });
    expect(template.Resources['TrailBucket']).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('lets this trail write its files, and look', async () => {
    expect(await mayTrail('s3:PutObject', file, acl)).toBe(true);
    expect(await mayTrail('s3:GetBucketAcl', bucket)).toBe(true);
  });

  test('lets no other trail in, nor this one elsewhere or for anything else', async () => {
    const other = { 'aws:SourceArn': trail.replace(stackUuid, 'f3a0c1d2-5b6e-4f70-8a91-b2c3d4e5f607') };

    expect(await mayTrail('s3:PutObject', file, { ...acl, ...other })).toBe(false);
    expect(await mayTrail('s3:GetBucketAcl', bucket, other)).toBe(false);
    expect(await mayTrail('s3:PutObject', file.replace(account, '999999999999'), acl)).toBe(false);
    expect(await mayTrail('s3:GetObject', file, acl)).toBe(false);
    expect(await mayTrail('s3:DeleteObject', file, acl)).toBe(false);
  });

  test('lets nobody in but over TLS', async () => {
    const administrator = {
      identityPolicies: [
        { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      ],
    };
    const mayRead = (secure: string) =>
      isAllowed({
        ...administrator,
        action: 's3:GetObject',
        resource: file,
        resourcePolicy: bucketPolicy,
        context: { 'aws:SecureTransport': secure },
      });

    expect(await mayTrail('s3:PutObject', file, { ...acl, 'aws:SecureTransport': 'false' })).toBe(false);
    expect(await mayRead('true')).toBe(true);
    expect(await mayRead('false')).toBe(false);
  });
});
