import { randomUUID } from 'node:crypto';
import { RunInstancesCommand, type EC2Client, type RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import * as v from 'valibot';
import type { Tag } from '../../enforcer/launch.ts';
import type { LaunchRequest, RecordedInstance, RunInstancesCall } from '../ec2/call.ts';

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
export const imageId = 'ami-12c6146b';
export const instanceType = 't3.micro';

/** Launches with the AWS SDK. */
export async function launch(ec2: EC2Client, wanted: Wanted = {}): Promise<Launched> {
  return launched(wanted, await ec2.send(new RunInstancesCommand(requestOf(wanted))));
}

/** The parameters of `RunInstances`. */
export function requestOf({ count = 1, tags = [], ...wanted }: Wanted) {
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

/** @param answer of EC2, in the form that the SDK and the command line show it */
export function launched(wanted: Wanted, answer: unknown): Launched {
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

/** A call as CloudTrail records it. */
export function recorded(wanted: Wanted, result: RunInstancesCall['result']): RunInstancesCall {
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
