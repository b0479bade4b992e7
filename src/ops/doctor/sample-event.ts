import type { Home } from '../../enforcer/launch.ts';

/**
 * An event as EventBridge delivers it for an API call of EC2, with a time of now. It names no instance: whatever is
 * done with it, nothing can be terminated.
 */
export function sampleEvent({ region, account }: Home, eventName: string, errorCode?: string): string {
  const time = `${new Date().toISOString().slice(0, 19)}Z`;
  return JSON.stringify({
    version: '0',
    id: '00000000-0000-4000-8000-000000000000',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.ec2',
    account,
    time,
    region,
    resources: [],
    detail: {
      eventVersion: '1.10',
      eventTime: time,
      eventSource: 'ec2.amazonaws.com',
      eventName,
      awsRegion: region,
      eventID: '00000000-0000-4000-8000-000000000000',
      eventType: 'AwsApiCall',
      recipientAccountId: account,
      ...(errorCode !== undefined && { errorCode }),
    },
  });
}

/** EC2's own signal of a change of state, of an instance that there is not. */
export function sampleStart({ region, account }: Home, state: string): string {
  const instanceId = 'i-00000000000000000';
  return JSON.stringify({
    version: '0',
    id: '00000000-0000-4000-8000-000000000000',
    'detail-type': 'EC2 Instance State-change Notification',
    source: 'aws.ec2',
    account,
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region,
    resources: [`arn:aws:ec2:${region}:${account}:instance/${instanceId}`],
    detail: { 'instance-id': instanceId, state },
  });
}
