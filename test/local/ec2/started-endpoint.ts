import {
  DescribeInstancesCommand,
  EC2Client,
  EC2ServiceException,
  RunInstancesCommand,
  type DescribeInstancesCommandInput,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { onTestFinished, vi } from 'vitest';
import {
  startEc2Endpoint,
  type Ec2Endpoint,
  type Ec2EndpointOptions,
} from '../../../src/local/ec2/endpoint.ts';

export interface Started {
  readonly endpoint: Ec2Endpoint;
  /** Without retries, so that a test sees every answer. */
  readonly client: EC2Client;
  /** The ids of so many instances of one new launch. */
  readonly launch: (count?: number, wanted?: Partial<RunInstancesCommandInput>) => Promise<string[]>;
  readonly describe: (input: DescribeInstancesCommandInput) => Promise<string[]>;
  readonly terminatedIds: () => string[];
}

/** An endpoint for one test, with a client of the SDK. Time stands still; `vi.advanceTimersByTime` moves it. */
export async function started(options: Ec2EndpointOptions = {}): Promise<Started> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-01T10:00:00Z') });
  const endpoint = await startEc2Endpoint({ seed: 'test', ...options });
  const client = clientOf(endpoint.url, 1);
  onTestFinished(async () => {
    vi.useRealTimers();
    client.destroy();
    await endpoint.close();
  });
  return {
    endpoint,
    client,
    async launch(count = 1, wanted = {}) {
      const request = { ImageId: 'ami-0123456789abcdef0', MinCount: count, MaxCount: count, ...wanted };
      const { Instances = [] } = await client.send(new RunInstancesCommand(request));
      return Instances.map(({ InstanceId = '' }) => InstanceId);
    },
    async describe(input) {
      const { Reservations = [] } = await client.send(new DescribeInstancesCommand(input));
      return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = '' }) => InstanceId));
    },
    terminatedIds: () => endpoint.fleet.terminations.map(({ instanceId }) => instanceId),
  };
}

export function clientOf(endpoint: string, maxAttempts: number): EC2Client {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new EC2Client({ endpoint, maxAttempts, region: 'us-east-1', credentials });
}

/** The tags of a launch. */
export function tagged(...tags: { Key: string; Value: string }[]): Partial<RunInstancesCommandInput> {
  return { TagSpecifications: [{ ResourceType: 'instance', Tags: tags }] };
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
