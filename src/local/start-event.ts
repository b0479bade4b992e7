import { randomUUID } from 'node:crypto';
import type { InstanceId } from '../enforcer/launch.ts';

/** What EventBridge delivers of it. */
interface StartEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'EC2 Instance State-change Notification';
  readonly source: 'aws.ec2';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: { readonly 'instance-id': InstanceId; readonly state: string };
}

/**
 * The event that EC2 sends when an instance has come to run, at its launch or later.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
 *
 * @param at epoch milliseconds
 */
export function startEvent(
  instanceId: InstanceId,
  at: number,
  { account, region }: { readonly account: string; readonly region: string },
): StartEvent {
  const time = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  const resources = [`arn:aws:ec2:${region}:${account}:instance/${instanceId}`];
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'EC2 Instance State-change Notification',
    source: 'aws.ec2',
    account,
    time,
    region,
    resources,
    detail: { 'instance-id': instanceId, state: 'running' },
  };
}
