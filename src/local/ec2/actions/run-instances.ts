import type { Tag } from '../../../enforcer/launch.ts';
import { endDryRun, type Call, type RecordedInstance, type World } from '../call.ts';
import { Ec2Error, invalidParameterValue, missingParameter } from '../errors.ts';
import type { NewInstance, Reservation } from '../fleet-state.ts';
import { reservationElements } from '../instance-elements.ts';
import { instanceTags, parseLaunchRequest, type LaunchRequest } from '../launch-request.ts';
import { findLaunchTemplate, templateOrigin, type LaunchTemplate } from '../launch-templates.ts';
import { checkTagCount, checkTags, tagList } from '../tags.ts';
import type { XmlElements } from '../xml-answer.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
export function runInstances(call: Call): XmlElements {
  const { parameters, requestId, world } = call;
  const request = parseLaunchRequest(parameters);
  const record = { requestId, at: world.fleet.now(), request };
  try {
    const reservation = launch(call, request);
    world.onRunInstances({ ...record, result: { kind: 'launched', ...recorded(reservation) } });
    return reservationElements(world.account, reservation.reservationId, reservation.instances, world.fleet);
  } catch (error) {
    if (error instanceof Ec2Error) {
      const { code, message, status } = error;
      world.onRunInstances({ ...record, result: { kind: 'failed', code, message, status } });
    }
    throw error;
  }
}

function launch({ parameters, world }: Call, request: LaunchRequest): Reservation {
  for (const { tags } of request.tagSpecifications) checkTags(tags);
  const instance = describeNewInstance(request, world);
  endDryRun(parameters);

  const known = world.clientTokens.recall(request, world.fleet);
  if (known !== undefined) return known;
  const reservation = world.fleet.add({
    clientToken: request.clientToken,
    instances: Array.from({ length: countWithinLimit(request, world) }, () => instance),
  });
  world.clientTokens.remember(request, reservation);
  return reservation;
}

function recorded({ reservationId, instances }: Reservation): {
  reservationId: string;
  instances: readonly RecordedInstance[];
} {
  return {
    reservationId,
    instances: instances.map((instance) => ({ ...instance, tags: tagList(instance.tags) })),
  };
}

function describeNewInstance(request: LaunchRequest, world: World): NewInstance {
  const template =
    request.launchTemplate && findLaunchTemplate(world.launchTemplates, request.launchTemplate);
  const imageId = request.imageId ?? template?.imageId;
  if (imageId === undefined || imageId === '') throw missingParameter('ImageId');
  if (!/^ami-[0-9a-f]+$/.test(imageId))
    throw new Ec2Error('InvalidAMIID.Malformed', `Invalid id: "${imageId}"`);
  const zone = request.availabilityZone;
  if (zone !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/.test(zone)) {
    throw invalidParameterValue(`Invalid availability zone: [${zone}]`);
  }
  return {
    imageId,
    instanceType: request.instanceType ?? template?.instanceType,
    availabilityZone: zone,
    terminationProtected: request.disableApiTermination,
    tags: mergeTags(request, template),
  };
}

/** Tags of the launch template, with those of the request over them. */
function mergeTags(request: LaunchRequest, template: LaunchTemplate | undefined): readonly Tag[] {
  const merged = new Map<string, string>();
  const ofTemplate = template === undefined ? [] : [...templateOrigin(template), ...template.instanceTags];
  for (const { key, value } of [...ofTemplate, ...instanceTags(request)]) merged.set(key, value);
  checkTagCount(merged.keys());
  return tagList(merged);
}

/** EC2 starts as many of the wanted instances as it can, or refuses when that is less than the least wanted. */
function countWithinLimit({ minCount, maxCount }: LaunchRequest, { launchLimit }: World): number {
  if (minCount > launchLimit) {
    throw new Ec2Error(
      'InstanceLimitExceeded',
      `You have requested more instances (${minCount}) than your current instance limit of ${launchLimit} allows for the specified instance type.`,
    );
  }
  return Math.min(maxCount, launchLimit);
}
