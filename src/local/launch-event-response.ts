import type { RecordedInstance, RunInstancesCall } from './ec2/call.ts';
import type { JsonObject } from './json.ts';

/** `responseElements` of a CloudTrail record: the answer, what stands in its place, or null after a failure. */
export function responseElements(
  account: string,
  call: RunInstancesCall,
  omitted: boolean,
): JsonObject | null {
  if (call.result.kind === 'failed') return null;
  const whole = {
    requestId: call.requestId,
    reservationId: call.result.reservationId,
    ownerId: account,
    groupSet: {},
    instancesSet: { items: call.result.instances.map(instanceItem) },
  };
  if (!omitted) return whole;
  return { omitted: true, originalSize: JSON.stringify(whole).length, reason: 'responseElements too large' };
}

function instanceItem(instance: RecordedInstance): JsonObject {
  return {
    instanceId: instance.instanceId,
    imageId: instance.imageId,
    instanceState: { code: 0, name: 'pending' },
    amiLaunchIndex: instance.launchIndex,
    productCodes: {},
    instanceType: instance.instanceType,
    launchTime: instance.launchedAt,
    placement: { availabilityZone: instance.availabilityZone, tenancy: 'default' },
    monitoring: { state: 'disabled' },
    stateReason: { code: 'pending', message: 'pending' },
    architecture: 'x86_64',
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/xvda',
    blockDeviceMapping: {},
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    tagSet:
      instance.tags.length === 0
        ? undefined
        : { items: instance.tags.map(({ key, value }) => ({ key, value })) },
    clientToken: instance.clientToken === '' ? undefined : instance.clientToken,
    sourceDestCheck: true,
    ebsOptimized: false,
  };
}
