import { randomUUID } from 'node:crypto';
import type { InstanceId } from '../enforcer/launch.ts';

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
): object {
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
