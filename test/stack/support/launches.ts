import { EC2ServiceException, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  imageId,
  instanceType,
  launch,
  launched,
  recorded,
  requestOf,
  type Launched,
  type Wanted,
} from '../../../src/local/aws/launch.ts';
import { run } from '../../../src/local/aws/run.ts';
import type { RunInstancesCall } from '../../../src/local/ec2/call.ts';
import { environment } from '../setup/environment.ts';
import { ec2, localAws } from './clients.ts';

export type { Launched, Wanted };

/** Launches with the AWS SDK. */
export async function launchWithSdk(wanted: Wanted = {}, client = ec2): Promise<Launched> {
  return launch(client, wanted);
}

/** Launches with `aws ec2 run-instances`. */
export async function launchWithCommandLine(wanted: Wanted = {}): Promise<Launched> {
  const request = requestOf(wanted);
  const options = [
    '--image-id',
    imageId,
    '--instance-type',
    instanceType,
    '--count',
    String(request.MinCount),
  ];
  if (request.TagSpecifications)
    options.push('--tag-specifications', JSON.stringify(request.TagSpecifications));
  const ended = await run('aws', ['ec2', 'run-instances', '--output', 'json', ...options], {
    env: environment(localAws),
  });
  if (ended.code !== 0) throw new Error(`aws ec2 run-instances ended with ${ended.code}: ${ended.stderr}`);
  return launched(wanted, JSON.parse(ended.stdout));
}

/** Asks EC2 for instances in a subnet that does not exist, and gives the failed call. */
export async function failToLaunch(wanted: Wanted = {}): Promise<RunInstancesCall> {
  try {
    await ec2.send(new RunInstancesCommand({ ...requestOf(wanted), SubnetId: 'subnet-00000000000000000' }));
  } catch (error) {
    if (!(error instanceof EC2ServiceException)) throw error;
    const { name: code, message } = error;
    return recorded(wanted, { kind: 'failed', code, message, status: error.$metadata.httpStatusCode ?? 400 });
  }
  throw new Error('Expected EC2 to refuse a subnet that does not exist, but it launched.');
}

/** The same call, with one more instance in its answer: one that EC2 does not show. */
export function withUnknownInstance(call: RunInstancesCall, instanceId: string): RunInstancesCall {
  const { result } = call;
  if (result.kind === 'failed') return call;
  const [first] = result.instances;
  if (first === undefined) return call;
  return { ...call, result: { ...result, instances: [...result.instances, { ...first, instanceId }] } };
}
