import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { queryEc2 } from '../../src/local/ec2-query.ts';
import type { RunInstancesCall } from '../../src/local/ec2/call.ts';
import { startEc2Endpoint } from '../../src/local/ec2/endpoint.ts';
import { launchEvent } from '../../src/local/launch-event.ts';

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

/** The services that a function calls, played by this process: an EC2 with launches to settle, and an EventBridge. */
export interface Services {
  launch(shape: LaunchShape): Promise<MadeLaunch>;
  /** How many of the launch's instances are alive. */
  alive(launch: MadeLaunch): number;
  /** Calls of EC2 so far, those that make launches left out. */
  ec2Calls(): number;
  /** Calls of EventBridge so far. */
  notices(): number;
  /**
   * What each function finds in its environment: Lambda's variables, and where the services are.
   *
   * @param tells whether it tells EventBridge of its kills
   */
  environment(tells: boolean): Record<string, string>;
  close(): Promise<void>;
}

export async function openServices(): Promise<Services> {
  const recorded: RunInstancesCall[] = [];
  const ec2 = await startEc2Endpoint({ onRunInstances: (call) => recorded.push(call) });
  const { account, region } = ec2;
  const bus = await openEventBus();
  return {
    async launch(shape) {
      await queryEc2(ec2.url, request(shape));
      const call = recorded.pop();
      if (call?.result.kind !== 'launched') throw new Error('Expected EC2 to launch instances, it did not.');
      const { reservationId, instances } = call.result;
      const instanceIds = instances.map(({ instanceId }) => instanceId);
      const launcher = { kind: 'user', name: 'lena' } as const;
      const omitResponse = shape.answer === 'omitted';
      const event = launchEvent({ account, region, launcher, call, omitResponse });
      const items = instanceIds.map((instanceId) => ({ instanceId }));
      const idsAlone = { responseElements: { reservationId, instancesSet: { items } } };
      const detail = { ...event.detail, ...(shape.answer === 'ids' && idsAlone) };
      return { event: JSON.stringify({ ...event, detail }), instanceIds };
    },
    alive: ({ instanceIds }) =>
      instanceIds.filter((id) => {
        const instance = ec2.fleet.find(id);
        return instance !== undefined && instance.lifecycle.asked !== 'terminate';
      }).length,
    ec2Calls: () =>
      [...ec2.calls].reduce((sum, [action, count]) => sum + (action === 'RunInstances' ? 0 : count), 0),
    notices: bus.calls,
    environment: (tells) => ({
      PATH: process.env['PATH'] ?? '',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: ec2.url,
      AWS_ENDPOINT_URL_EC2: ec2.url,
      ...(tells && { EVENT_BUS_NAME: 'default', AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url }),
      AWS_LAMBDA_FUNCTION_NAME: 'EnforceNameTag',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/EnforceNameTag',
      AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[$LATEST]0123456789abcdef',
    }),
    async close() {
      bus.close();
      await ec2.close();
    },
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

/**
 * An EventBridge that takes every event.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
async function openEventBus(): Promise<{ url: string; calls: () => number; close: () => void }> {
  let calls = 0;
  const take = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    calls += 1;
    await text(incoming);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(`{"FailedEntryCount":0,"Entries":[{"EventId":"${crypto.randomUUID()}"}]}`);
  };
  const server = createServer((incoming, response) => void take(incoming, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = v.parse(v.object({ port: v.number() }), server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => calls,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
