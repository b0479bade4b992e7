import { randomUUID } from 'node:crypto';
import type { Tag } from '../enforcer/launch.ts';
import type { LaunchRequest, RecordedInstance, RunInstancesCall } from './ec2/call.ts';

/** Who calls `RunInstances`: a person, or a service of AWS for one, through its service-linked role. */
export type Launcher =
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'service'; readonly service: 'autoscaling.amazonaws.com' };

export interface LaunchEventParts {
  /** Account that owns the instances, 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly launcher: Launcher;
  readonly call: RunInstancesCall;
  /** Leave the answer out, as CloudTrail does with a field larger than 100 KB. */
  readonly omitResponse?: boolean;
}

/** EventBridge's envelope around CloudTrail's record. */
export interface LaunchEvent {
  readonly 'detail-type': 'AWS API Call via CloudTrail';
  readonly source: 'aws.ec2';
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * The event `AWS API Call via CloudTrail` that EventBridge delivers of a `RunInstances` call, with what this
 * endpoint knows of it. Sets without an item are absent, as in CloudTrail's records.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function launchEvent({
  account,
  region,
  launcher,
  call,
  omitResponse,
}: LaunchEventParts): LaunchEvent {
  const time = new Date(call.at).toISOString().replace(/\.\d+Z$/, 'Z');
  const envelope = { version: '0', id: randomUUID(), account, time, region, resources: [] };
  return {
    ...envelope,
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.ec2',
    detail: {
      eventVersion: '1.11',
      ...callerOf(launcher, account),
      eventTime: time,
      eventSource: 'ec2.amazonaws.com',
      eventName: 'RunInstances',
      awsRegion: region,
      ...failureOf(call),
      requestParameters: requestParameters(call.request),
      responseElements: responseElements(account, call, omitResponse ?? false),
      requestID: call.requestId,
      eventID: randomUUID(),
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: account,
      eventCategory: 'Management',
    },
  };
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
function callerOf(launcher: Launcher, account: string): object {
  if (launcher.kind === 'user') {
    const { name } = launcher;
    return {
      userIdentity: {
        type: 'IAMUser',
        principalId: 'AIDAEXAMPLELAUNCHER00',
        arn: `arn:aws:iam::${account}:user/${name}`,
        accountId: account,
        userName: name,
      },
      // From the range for documentation: RFC 5737.
      sourceIPAddress: '203.0.113.10',
      userAgent: 'aws-cli/2.31.0',
    };
  }
  const { service } = launcher;
  const [role, principalId] = ['AWSServiceRoleForAutoScaling', 'AROAEXAMPLELAUNCHER00'];
  return {
    userIdentity: {
      type: 'AssumedRole',
      principalId: `${principalId}:AutoScaling`,
      arn: `arn:aws:sts::${account}:assumed-role/${role}/AutoScaling`,
      accountId: account,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId,
          arn: `arn:aws:iam::${account}:role/aws-service-role/${service}/${role}`,
          accountId: account,
          userName: role,
        },
        attributes: { mfaAuthenticated: 'false' },
      },
      invokedBy: service,
    },
    sourceIPAddress: service,
    userAgent: service,
  };
}

function failureOf({ result }: RunInstancesCall): object {
  if (result.kind === 'launched') return {};
  const side = result.status >= 500 ? 'Server' : 'Client';
  return { errorCode: `${side}.${result.code}`, errorMessage: result.message };
}

function requestParameters(request: LaunchRequest): object {
  const { launchTemplate, tagSpecifications } = request;
  return {
    instancesSet: {
      items: [{ imageId: request.imageId, minCount: request.minCount, maxCount: request.maxCount }],
    },
    instanceType: request.instanceType,
    blockDeviceMapping: {},
    availabilityZone: request.availabilityZone,
    monitoring: { enabled: false },
    disableApiTermination: request.disableApiTermination,
    disableApiStop: false,
    clientToken: request.clientToken,
    tagSpecificationSet: tagSpecifications.length === 0 ? undefined : { items: tagSpecifications },
    launchTemplate: launchTemplate && { launchTemplateName: launchTemplate },
  };
}

/** The answer, what stands in its place, or null after a failure. */
function responseElements(account: string, call: RunInstancesCall, omitted: boolean): object | null {
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

function instanceItem(instance: RecordedInstance): object {
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
    tagSet: tagSet(instance.tags),
    clientToken: instance.clientToken === '' ? undefined : instance.clientToken,
    sourceDestCheck: true,
    ebsOptimized: false,
  };
}

function tagSet(tags: readonly Tag[]): object | undefined {
  return tags.length === 0 ? undefined : { items: tags };
}
