import { randomUUID } from 'node:crypto';
import type { RunInstancesCall } from './ec2/call.ts';
import type { LaunchRequest } from './ec2/launch-request.ts';
import type { JsonObject } from './json.ts';
import { responseElements } from './launch-event-response.ts';
import { callerOf, type Launcher } from './launcher.ts';

export interface LaunchEventParts {
  /** Account that owns the instances, 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly launcher: Launcher;
  readonly call: RunInstancesCall;
  /** Leave the answer out, as CloudTrail does with a field larger than 100 KB. */
  readonly omitResponse?: boolean;
  /** `detail.eventID`; a new one by default. */
  readonly eventId?: string;
}

/**
 * The event `AWS API Call via CloudTrail` that EventBridge delivers of a `RunInstances` call, with what this
 * endpoint knows of it. Sets without an item are absent, as in CloudTrail's records.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function launchEvent(parts: LaunchEventParts): LaunchEvent {
  const { account, region, call } = parts;
  const time = new Date(call.at).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.ec2',
    account,
    time,
    region,
    resources: [],
    detail: {
      eventVersion: '1.11',
      ...callerOf(parts.launcher, account),
      eventTime: time,
      eventSource: 'ec2.amazonaws.com',
      eventName: 'RunInstances',
      awsRegion: region,
      ...failureOf(call),
      requestParameters: requestParameters(call.request),
      responseElements: responseElements(account, call, parts.omitResponse ?? false),
      requestID: call.requestId,
      eventID: parts.eventId ?? randomUUID(),
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: account,
      eventCategory: 'Management',
    },
  };
}

/** EventBridge's envelope around CloudTrail's record. */
export interface LaunchEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'AWS API Call via CloudTrail';
  readonly source: 'aws.ec2';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}

function failureOf({ result }: RunInstancesCall): JsonObject {
  if (result.kind === 'launched') return {};
  const side = result.status >= 500 ? 'Server' : 'Client';
  return { errorCode: `${side}.${result.code}`, errorMessage: result.message };
}

function requestParameters(request: LaunchRequest): JsonObject {
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
    tagSpecificationSet: tagSpecifications.length === 0 ? undefined : { items: tagsOf(request) },
    launchTemplate: launchTemplate && {
      [launchTemplate.by === 'id' ? 'launchTemplateId' : 'launchTemplateName']: launchTemplate.value,
      version: launchTemplate.version,
    },
  };
}

function tagsOf({ tagSpecifications }: LaunchRequest): readonly JsonObject[] {
  return tagSpecifications.map(({ resourceType, tags }) => ({
    resourceType,
    tags: tags.map(({ key, value }) => ({ key, value })),
  }));
}
