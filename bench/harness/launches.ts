import { queryEc2 } from '../../src/local/ec2-query.ts';
import type { RunInstancesCall } from '../../src/local/ec2/call.ts';
import { startEc2Endpoint, type Ec2Endpoint } from '../../src/local/ec2/endpoint.ts';
import { launchEvent, type LaunchEvent } from '../../src/local/launch-event.ts';

/** A launch to make. */
export interface LaunchShape {
  readonly instances: number;
  readonly named: boolean;
  /**
   * What the event tells of the instances.
   * - `full`: all that CloudTrail records of them
   * - `ids`: their ids alone, so that many fit into one event
   * - `omitted`: nothing, as when CloudTrail leaves out an answer of more than 100 KB
   */
  readonly answer: 'full' | 'ids' | 'omitted';
}

/** A launch that was made, and its event as a line of JSON. */
export interface MadeLaunch {
  readonly event: string;
  readonly instanceIds: readonly string[];
}

/** An EC2 with launches to settle. */
export interface LaunchSite {
  readonly endpoint: Ec2Endpoint;
  launch(shape: LaunchShape): Promise<MadeLaunch>;
  /** Calls of EC2 so far, those that make launches left out. */
  calls(): number;
  /** How many of the launch's instances are alive. */
  alive(launch: MadeLaunch): number;
}

export async function openLaunchSite(): Promise<LaunchSite> {
  const recorded: RunInstancesCall[] = [];
  const endpoint = await startEc2Endpoint({ onRunInstances: (call) => recorded.push(call) });
  return {
    endpoint,
    async launch(shape) {
      await queryEc2(endpoint.url, request(shape));
      const call = recorded.pop();
      if (call?.result.kind !== 'launched') throw new Error('Expected EC2 to launch instances, it did not.');
      const event = launchEvent({
        account: endpoint.account,
        region: endpoint.region,
        launcher: { kind: 'user', name: 'lena' },
        call,
        omitResponse: shape.answer === 'omitted',
      });
      const instanceIds = call.result.instances.map(({ instanceId }) => instanceId);
      const { reservationId } = call.result;
      const told = shape.answer === 'ids' ? withIdsAlone(event, reservationId, instanceIds) : event;
      return { event: JSON.stringify(told), instanceIds };
    },
    calls: () =>
      [...endpoint.calls].reduce((sum, [action, count]) => sum + (action === 'RunInstances' ? 0 : count), 0),
    alive: ({ instanceIds }) =>
      instanceIds.filter((id) => {
        const instance = endpoint.fleet.find(id);
        return instance !== undefined && instance.lifecycle.asked !== 'terminate';
      }).length,
  };
}

function request({ instances, named }: LaunchShape): Record<string, string> {
  return {
    Action: 'RunInstances',
    ImageId: 'ami-0123456789abcdef0',
    MinCount: String(instances),
    MaxCount: String(instances),
    ClientToken: crypto.randomUUID(),
    ...(named && {
      'TagSpecification.1.ResourceType': 'instance',
      'TagSpecification.1.Tag.1.Key': 'Name',
      'TagSpecification.1.Tag.1.Value': 'web-1',
    }),
  };
}

function withIdsAlone(
  event: LaunchEvent,
  reservationId: string,
  instanceIds: readonly string[],
): LaunchEvent {
  const items = instanceIds.map((instanceId) => ({ instanceId }));
  return {
    ...event,
    detail: { ...event.detail, responseElements: { reservationId, instancesSet: { items } } },
  };
}
