import { describe, expect, test } from 'vitest';
import { readLaunch } from '../../src/enforcer/read-launch.ts';
import type { RunInstancesCall } from '../../src/local/ec2/call.ts';
import { launchEvent, type LaunchEventParts } from '../../src/local/launch-event.ts';

const tags = [
  { key: 'Name', value: 'from-template' },
  { key: 'team', value: 'web' },
];
const instance = {
  instanceId: 'i-0123456789abcdef0',
  clientToken: 'token',
  imageId: 'ami-0123456789abcdef0',
  instanceType: 't3.micro',
  availabilityZone: 'eu-central-1b',
  launchIndex: 0,
  launchedAt: Date.parse('2026-03-01T10:00:00.250Z'),
  tags,
};
const call: RunInstancesCall = {
  requestId: '11111111-2222-3333-4444-555555555555',
  at: Date.parse('2026-03-01T10:00:00.250Z'),
  request: {
    imageId: 'ami-0123456789abcdef0',
    instanceType: 't3.micro',
    minCount: 1,
    maxCount: 1,
    clientToken: 'token',
    availabilityZone: 'eu-central-1b',
    disableApiTermination: false,
    tagSpecifications: [
      { resourceType: 'instance', tags: [{ key: 'team', value: 'web' }] },
      { resourceType: 'volume', tags: [{ key: 'Name', value: 'disk' }] },
    ],
    launchTemplate: 'web',
  },
  result: { kind: 'launched', reservationId: 'r-0123456789abcdef0', instances: [instance] },
};
const parts: LaunchEventParts = {
  account: '123456789012',
  region: 'eu-central-1',
  launcher: { kind: 'user', name: 'ada' },
  call,
};

function written(changed: Partial<LaunchEventParts> = {}): unknown {
  return JSON.parse(JSON.stringify(launchEvent({ ...parts, ...changed })));
}

describe('the event of a launch', () => {
  test('is what EventBridge delivers of a record of CloudTrail', () => {
    expect(written()).toMatchObject({
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.ec2',
      account: '123456789012',
      region: 'eu-central-1',
      time: '2026-03-01T10:00:00Z',
      detail: {
        eventTime: '2026-03-01T10:00:00Z',
        eventSource: 'ec2.amazonaws.com',
        eventName: 'RunInstances',
        awsRegion: 'eu-central-1',
        userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/ada' },
        requestID: call.requestId,
        recipientAccountId: '123456789012',
      },
    });
  });

  test('has the tags of the request by resource type, and those of the template in the answer alone', () => {
    expect(written()).toMatchObject({
      detail: {
        requestParameters: {
          clientToken: 'token',
          launchTemplate: { launchTemplateName: 'web' },
          tagSpecificationSet: { items: call.request.tagSpecifications },
        },
        responseElements: {
          reservationId: 'r-0123456789abcdef0',
          instancesSet: { items: [{ instanceId: 'i-0123456789abcdef0', tagSet: { items: tags } }] },
        },
      },
    });
  });

  test('is one that the enforcer reads', () => {
    expect(readLaunch(written())).toMatchObject({
      kind: 'listed',
      source: { reservationId: 'r-0123456789abcdef0', launcher: 'arn:aws:iam::123456789012:user/ada' },
      instances: [{ instanceId: 'i-0123456789abcdef0' }],
    });
  });

  test('leaves out sets without an item', () => {
    const event = written({
      call: {
        ...call,
        request: { ...call.request, tagSpecifications: [], launchTemplate: undefined },
        result: { kind: 'launched', reservationId: 'r-1', instances: [{ ...instance, tags: [] }] },
      },
    });

    expect(JSON.stringify(event)).not.toMatch(/tagSpecificationSet|tagSet|launchTemplate/);
  });

  test.each([
    [412, 'DryRunOperation', 'Client.DryRunOperation'],
    [500, 'InternalError', 'Server.InternalError'],
  ])('of a call that failed with status %i has its error and no answer', (status, code, errorCode) => {
    const event = written({ call: { ...call, result: { kind: 'failed', code, message: 'why', status } } });

    expect(event).toMatchObject({ detail: { errorCode, errorMessage: 'why', responseElements: null } });
  });

  test('can be without its answer, as when that is too large', () => {
    expect(written({ omitResponse: true })).toMatchObject({
      detail: { responseElements: { omitted: true, reason: 'responseElements too large' } },
    });
  });

  test('names the service that launched through its role', () => {
    const event = written({ launcher: { kind: 'service', service: 'autoscaling.amazonaws.com' } });

    expect(event).toMatchObject({
      detail: {
        userIdentity: {
          type: 'AssumedRole',
          arn: 'arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling',
          invokedBy: 'autoscaling.amazonaws.com',
        },
        sourceIPAddress: 'autoscaling.amazonaws.com',
        userAgent: 'autoscaling.amazonaws.com',
      },
    });
  });
});
