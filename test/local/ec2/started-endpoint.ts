import { EC2Client, EC2ServiceException, RunInstancesCommand, type Instance } from '@aws-sdk/client-ec2';
import { onTestFinished } from 'vitest';
import {
  startEc2Endpoint,
  type Ec2Endpoint,
  type Ec2EndpointOptions,
} from '../../../src/local/ec2/endpoint.ts';
import type { Tag } from '../../../src/enforcer/launch.ts';

export const imageId = 'ami-0123456789abcdef0';

export interface Started {
  readonly endpoint: Ec2Endpoint;
  /** Without retries, so that a test sees every answer. */
  readonly client: EC2Client;
  /** Time of the fleet, in epoch milliseconds: a test may move it. */
  readonly clock: { time: number };
}

/** An endpoint for one test, with a clock that stands still and a client of the SDK. */
export async function started(options: Ec2EndpointOptions = {}): Promise<Started> {
  const clock = { time: Date.parse('2026-03-01T10:00:00Z') };
  const endpoint = await startEc2Endpoint({ seed: 'test', clock: { now: () => clock.time }, ...options });
  const client = clientOf(endpoint.url);
  onTestFinished(async () => {
    client.destroy();
    await endpoint.close();
  });
  return { endpoint, client, clock };
}

export function clientOf(endpoint: string, maxAttempts = 1): EC2Client {
  return new EC2Client({
    endpoint,
    maxAttempts,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}

/** Launches so many instances with these tags, in one call. */
export async function launched(
  client: EC2Client,
  count = 1,
  tags: readonly Tag[] = [],
  availabilityZone = 'us-east-1a',
): Promise<{
  readonly ids: string[];
  readonly instances: readonly Instance[];
  readonly reservationId: string;
}> {
  const { Instances = [], ReservationId = '' } = await client.send(
    new RunInstancesCommand({
      ImageId: imageId,
      MinCount: count,
      MaxCount: count,
      Placement: { AvailabilityZone: availabilityZone },
      TagSpecifications:
        tags.length === 0
          ? undefined
          : [{ ResourceType: 'instance', Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }],
    }),
  );
  return {
    ids: Instances.map(({ InstanceId = '' }) => InstanceId),
    instances: Instances,
    reservationId: ReservationId,
  };
}

/** What EC2 refused a call with. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ readonly code: string; readonly message: string; readonly status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof EC2ServiceException)) throw error;
    return { code: error.name, message: error.message, status: error.$metadata.httpStatusCode };
  }
  throw new Error('The call was expected to be refused, and was not.');
}
