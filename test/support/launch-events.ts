/** Events of launches for tests: just what `readLaunch` looks at, with any part replaced. */

export interface EventParts {
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly envelope?: Readonly<Record<string, unknown>>;
  readonly instances?: readonly unknown[];
  readonly requestTags?: readonly unknown[];
}

/** The event of a launch that the response lists as `instances`, with `requestTags` asked for. */
export function launchEvent(parts: EventParts = {}): Record<string, unknown> {
  return {
    version: '0',
    id: '6f3c1d1e-0b39-4d5c-8f43-5a8f1f1b7a10',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.ec2',
    account: '111122223333',
    region: 'eu-west-1',
    ...parts.envelope,
    detail: {
      eventID: '0d7c6a8e-6c0e-4a41-9f57-6a1f0e2d9c11',
      eventTime: new Date().toISOString(),
      eventSource: 'ec2.amazonaws.com',
      eventName: 'RunInstances',
      userIdentity: { arn: 'arn:aws:iam::111122223333:user/lena' },
      requestParameters: {
        instancesSet: { items: [{ minCount: 1, maxCount: 1 }] },
        ...(parts.requestTags && {
          tagSpecificationSet: { items: [{ resourceType: 'instance', tags: parts.requestTags }] },
        }),
      },
      responseElements: {
        reservationId: 'r-0a1b2c3d4e5f60718',
        instancesSet: { items: parts.instances ?? [launchedItem('i-0123456789abcdef0')] },
      },
      ...parts.detail,
    },
  };
}

/** One instance as the response lists it, with its own tags. */
export function launchedItem(instanceId: string, tags?: readonly unknown[]): Record<string, unknown> {
  return { instanceId, ...(tags && { tagSet: { items: tags } }) };
}
