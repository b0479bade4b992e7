import { XMLBuilder } from 'fast-xml-parser';
import type { InstanceState } from '../../enforcer/fleet.ts';
import type { Ec2Error } from './errors.ts';
import type { FleetState, Instance } from './fleet-state.ts';

/** Contents of an element. An undefined one is left out, an empty text stands as an empty element. */
type XmlContent = string | number | boolean | undefined | readonly XmlContent[] | XmlElements;
export type XmlElements = { readonly [name: string]: XmlContent };

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const builder = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: true });

/** The answer to a call that succeeded. */
export function successAnswer(action: string, requestId: string, elements: XmlElements): string {
  const content = { '@_xmlns': 'http://ec2.amazonaws.com/doc/2016-11-15/', requestId, ...elements };
  return declaration + builder.build({ [`${action}Response`]: content });
}

/** The answer to a call that failed: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#api-error-response */
export function errorAnswer({ code, message }: Ec2Error, requestId: string): string {
  const content = { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId };
  return declaration + builder.build({ Response: content });
}

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
  return {
    instanceId: instance.instanceId,
    imageId: instance.imageId,
    instanceState: stateElements(fleet.state(instance)),
    amiLaunchIndex: instance.launchIndex,
    instanceType: instance.instanceType,
    // EC2's launch time is that of the last start.
    launchTime: new Date(instance.startedAt).toISOString(),
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
    tagSet:
      instance.tags.size === 0
        ? undefined
        : { item: Array.from(instance.tags, ([key, value]) => ({ key, value })) },
    hypervisor: 'xen',
    networkInterfaceSet: { item: primaryInterface(instance) },
    ebsOptimized: false,
    sourceDestCheck: true,
    spotInstanceRequestId: instance.spotRequestId,
    operator:
      instance.operator === undefined
        ? { managed: false }
        : { managed: true, principal: instance.operator, hiddenByDefault: true },
  };
}

/**
 * It was attached when the instance was launched for the first time.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceNetworkInterface.html
 */
function primaryInterface({ instanceId, launchedAt }: Instance): XmlElements {
  return {
    networkInterfaceId: instanceId.replace('i-', 'eni-'),
    status: 'in-use',
    attachment: {
      attachmentId: instanceId.replace('i-', 'eni-attach-'),
      deviceIndex: 0,
      status: 'attached',
      attachTime: new Date(launchedAt).toISOString(),
      deleteOnTermination: true,
    },
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

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
const stateCodes: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

function stateElements(state: InstanceState): XmlElements {
  return { code: stateCodes[state], name: state };
}
