import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { account, region } from '../../support/cloudformation/example-stack.ts';
import { Json } from '../../support/cloudformation/json.ts';
import { everyCall } from '../../support/iam-actions.ts';
import { isAllowed, type Request } from '../../support/iam.ts';

const text = readFileSync('docs/iam/replay.json', 'utf8').replaceAll('TRAIL-BUCKET', 'trail');
const policy = v.parse(Json, JSON.parse(text));

/** A key's own policy that leaves it to IAM, as the console makes it; without it no policy of a role counts. */
const keyPolicy = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
  ],
};

const may = async (request: Request) =>
  isAllowed({
    ...request,
    identityPolicies: [policy],
    ...(request.action.startsWith('kms:') && { resourcePolicy: keyPolicy }),
  });

const bucket = 'arn:aws:s3:::trail';
const key = `arn:aws:kms:${region}:${account}:key/0b7ee1c6-8a4d-4c6b-9a51-6d2f4b1c7e30`;
const cloudFormation = `arn:aws:cloudformation:${region}:${account}`;
const hub = `${cloudFormation}:stack/ec2-name-tag-enforcer/1`;
const byS3 = { 'kms:ViaService': `s3.${region}.amazonaws.com` };

describe('the policy of replay in docs/iam', () => {
  test.each([
    ['list the bucket', { action: 's3:ListBucket', resource: bucket }],
    ['read its objects', { action: 's3:GetObject', resource: `${bucket}/AWSLogs/1.json.gz` }],
    ['decrypt a trail\u2019s files', { action: 'kms:Decrypt', resource: key, context: byS3 }],
    ['read the parameters of the hub', { action: 'cloudformation:DescribeStacks', resource: hub }],
  ])('lets one %s', async (_, request) => {
    expect(await may(request)).toBe(true);
  });

  test.each([
    ['list another bucket', { action: 's3:ListBucket', resource: `${bucket}-2` }],
    ['read another bucket\u2019s objects', { action: 's3:GetObject', resource: `${bucket}-2/1.json.gz` }],
    ['decrypt anything but objects of S3', { action: 'kms:Decrypt', resource: key }],
    [
      'read another stack',
      { action: 'cloudformation:DescribeStacks', resource: `${cloudFormation}:stack/payroll/1` },
    ],
  ])('does not let one %s', async (_, request) => {
    expect(await may(request)).toBe(false);
  });

  test('lets one do nothing else to the bucket, its objects, a key or the hub', async () => {
    const calls = await Promise.all(['s3', 'kms', 'cloudformation'].map(everyCall));
    const onTrail = calls.flat().map(({ action, resource }) => ({
      action,
      resource: resource
        .replace(/^arn:aws:s3:::example/, bucket)
        .replace(/:stack\/example.*/, ':stack/ec2-name-tag-enforcer/1'),
      context: byS3,
    }));

    const allowed = await Promise.all(
      onTrail.map(async (request) => ((await may(request)) ? request.action : [])),
    );

    expect([...new Set(allowed.flat())].toSorted()).toEqual([
      'cloudformation:DescribeStacks',
      'kms:Decrypt',
      's3:GetObject',
      's3:ListBucket',
    ]);
  });
});
