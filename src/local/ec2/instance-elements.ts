import type { InstanceState } from '../../enforcer/fleet.ts';
import type { FleetState } from './fleet-state.ts';
import type { Tag } from '../../enforcer/launch.ts';
import { tagList } from './tags.ts';
import { stateCodes, type Instance } from './instance.ts';
import type { XmlElements } from './xml-answer.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Reservation.html */
export function reservationElements(
  account: string,
  reservationId: string,
  instances: readonly Instance[],
  fleet: FleetState,
): XmlElements {
  return {
    reservationId,
    ownerId: account,
    groupSet: '',
    instancesSet: { item: instances.map((instance) => instanceElements(instance, fleet)) },
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html */
function instanceElements(instance: Instance, fleet: FleetState): XmlElements {
  const state = fleet.state(instance);
  return {
    instanceId: instance.instanceId,
    imageId: instance.imageId,
    instanceState: stateElements(state),
    privateDnsName: '',
    dnsName: '',
    reason: state === 'terminated' || state === 'shutting-down' ? 'User initiated' : '',
    amiLaunchIndex: instance.launchIndex,
    productCodes: '',
    instanceType: instance.instanceType,
    launchTime: new Date(instance.launchedAt).toISOString(),
    placement: { availabilityZone: instance.availabilityZone, groupName: '', tenancy: 'default' },
    monitoring: { state: 'disabled' },
    groupSet: '',
    architecture: 'x86_64',
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/xvda',
    blockDeviceMapping: '',
    virtualizationType: 'hvm',
    clientToken: instance.clientToken,
    // EC2 leaves the set out when there is no tag, instead of giving an empty one.
    tagSet: instance.tags.size === 0 ? undefined : { item: tagList(instance.tags).map(tagElements) },
    hypervisor: 'xen',
    networkInterfaceSet: '',
    ebsOptimized: false,
    sourceDestCheck: true,
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceStateChange.html */
export function stateChangeElements(
  instanceId: string,
  previousState: InstanceState,
  currentState: InstanceState,
): XmlElements {
  return {
    instanceId,
    currentState: stateElements(currentState),
    previousState: stateElements(previousState),
  };
}

function tagElements({ key, value }: Tag): XmlElements {
  return { key, value };
}

function stateElements(state: InstanceState): XmlElements {
  return { code: stateCodes[state], name: state };
}
