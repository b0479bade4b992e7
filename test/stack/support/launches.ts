import { randomUUID } from 'node:crypto';
import { EC2ServiceException, RunInstancesCommand, type RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import * as v from 'valibot';
import type { Tag } from '../../../src/enforcer/launch.ts';
import type { LaunchRequest, RecordedInstance, RunInstancesCall } from '../../../src/local/ec2/call.ts';
import { environment } from '../setup/environment.ts';
import { run } from '../setup/run.ts';
import { ec2, localAws } from './clients.ts';

/** What a launcher asks EC2 for. */
export interface Wanted {
  /** Instances; 1 by default. */
  readonly count?: number;
  readonly tags?: readonly Tag[];
  readonly launchTemplate?: string;
  readonly clientToken?: string;
}

/** A launch: the ids of its instances, and the call as CloudTrail records it. */
export interface Launched {
  readonly instanceIds: readonly string[];
  readonly call: RunInstancesCall;
}

/** moto knows this image from the start. */
const imageId = 'ami-12c6146b';
const instanceType = 't3.micro';

/** Launches with the AWS SDK. */
export async function launchWithSdk(wanted: Wanted = {}, client = ec2): Promise<Launched> {
  return launched(wanted, await client.send(new RunInstancesCommand(requestOf(wanted))));
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

function requestOf({ count = 1, tags = [], ...wanted }: Wanted) {
  return {
    ...(wanted.launchTemplate === undefined
      ? { ImageId: imageId, InstanceType: instanceType }
      : { LaunchTemplate: { LaunchTemplateName: wanted.launchTemplate } }),
    MinCount: count,
    MaxCount: count,
    ...(wanted.clientToken !== undefined && { ClientToken: wanted.clientToken }),
    ...(tags.length > 0 && {
      TagSpecifications: [
        {
          ResourceType: 'instance' as const,
          Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })),
        },
      ],
    }),
  } satisfies RunInstancesCommandInput;
}

/** What of EC2's answer CloudTrail records; the SDK and the command line show it alike. */
const Answer = v.object({
  ReservationId: v.string(),
  Instances: v.array(
    v.object({
      InstanceId: v.string(),
      Placement: v.object({ AvailabilityZone: v.string() }),
      AmiLaunchIndex: v.optional(v.number(), 0),
      Tags: v.optional(v.array(v.object({ Key: v.string(), Value: v.string() })), []),
    }),
  ),
});

function launched(wanted: Wanted, answer: unknown): Launched {
  const { ReservationId: reservationId, Instances } = v.parse(Answer, answer);
  const instances = Instances.map((instance): RecordedInstance => ({
    instanceId: instance.InstanceId,
    clientToken: wanted.clientToken ?? '',
    imageId,
    instanceType,
    availabilityZone: instance.Placement.AvailabilityZone,
    launchIndex: instance.AmiLaunchIndex,
    launchedAt: Date.now(),
    tags: instance.Tags.map(({ Key, Value }) => ({ key: Key, value: Value })),
  }));
  return {
    instanceIds: instances.map(({ instanceId }) => instanceId),
    call: recorded(wanted, { kind: 'launched', reservationId, instances }),
  };
}

function recorded(wanted: Wanted, result: RunInstancesCall['result']): RunInstancesCall {
  const { count = 1, tags = [], launchTemplate } = wanted;
  const request: LaunchRequest = {
    imageId: launchTemplate === undefined ? imageId : undefined,
    instanceType: launchTemplate === undefined ? instanceType : undefined,
    minCount: count,
    maxCount: count,
    clientToken: wanted.clientToken,
    availabilityZone: undefined,
    disableApiTermination: false,
    tagSpecifications: tags.length === 0 ? [] : [{ resourceType: 'instance', tags }],
    launchTemplate,
  };
  return { requestId: randomUUID(), at: Date.now(), request, result };
}

/** The same call, with one more instance in its answer: one that EC2 does not show. */
export function withUnknownInstance(call: RunInstancesCall, instanceId: string): RunInstancesCall {
  const { result } = call;
  if (result.kind === 'failed') return call;
  const [first] = result.instances;
  if (first === undefined) return call;
  return { ...call, result: { ...result, instances: [...result.instances, { ...first, instanceId }] } };
}
