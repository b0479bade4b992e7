import * as v from 'valibot';
import type { Tag } from '../../enforcer/launch.ts';
import { reservationElements, type XmlElements } from './answers.ts';
import type { Call, Ec2State, LaunchRequest } from './call.ts';
import { Ec2Error } from './errors.ts';
import type { Reservation } from './fleet-state.ts';
import { endDryRun, flag, list, read, tag, wholeNumber, type Parameters } from './parameters.ts';

/** Instances that one launch may start; EC2's own limit is a quota of the account. */
const LIMIT = 10_000;

const parametersTaken = v.pipe(
  v.object({
    ImageId: v.optional(v.string()),
    InstanceType: v.optional(v.string()),
    MinCount: wholeNumber(1, LIMIT),
    MaxCount: wholeNumber(1, LIMIT),
    ClientToken: v.optional(v.pipe(v.string(), v.maxLength(64))),
    Placement: v.optional(v.object({ AvailabilityZone: v.optional(v.string()) })),
    DisableApiTermination: flag,
    TagSpecification: list(v.object({ ResourceType: v.string(), Tag: list(tag) })),
    LaunchTemplate: v.optional(v.object({ LaunchTemplateName: v.string() })),
  }),
  v.check(({ MinCount, MaxCount }) => MaxCount >= MinCount, 'maxCount must be at least minCount.'),
);

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
export function runInstances(call: Call): XmlElements {
  const { parameters, requestId, ec2 } = call;
  const request = readRequest(parameters);
  const record = { requestId, at: Date.now(), request };
  try {
    const { reservationId, instances } = launch(call, request);
    const recorded = instances.map((instance) => ({ ...instance, tags: tagList(instance.tags) }));
    ec2.onRunInstances({ ...record, result: { kind: 'launched', reservationId, instances: recorded } });
    return reservationElements(ec2.account, reservationId, instances, ec2.fleet);
  } catch (error) {
    if (error instanceof Ec2Error) {
      const { code, message, status } = error;
      ec2.onRunInstances({ ...record, result: { kind: 'failed', code, message, status } });
    }
    throw error;
  }
}

function readRequest(parameters: Parameters): LaunchRequest {
  const taken = read(parametersTaken, parameters);
  return {
    imageId: taken.ImageId,
    instanceType: taken.InstanceType,
    minCount: taken.MinCount,
    maxCount: taken.MaxCount,
    clientToken: taken.ClientToken,
    availabilityZone: taken.Placement?.AvailabilityZone,
    disableApiTermination: taken.DisableApiTermination,
    tagSpecifications: taken.TagSpecification.map(({ ResourceType, Tag: tags }) => ({
      resourceType: ResourceType,
      tags,
    })),
    launchTemplate: taken.LaunchTemplate?.LaunchTemplateName,
  };
}

function launch({ parameters, ec2 }: Call, request: LaunchRequest): Reservation {
  const templateTags = tagsOfTemplate(request, ec2);
  if (request.imageId === undefined && request.launchTemplate === undefined) {
    throw new Ec2Error('MissingParameter', 'The request must contain the parameter ImageId');
  }
  endDryRun(parameters);

  const requestTags = request.tagSpecifications
    .filter(({ resourceType }) => resourceType === 'instance')
    .flatMap(({ tags }) => tags);
  // Those of the request go over those of the template.
  const tags = tagList(new Map([...templateTags, ...requestTags].map(({ key, value }) => [key, value])));
  const { imageId, instanceType, availabilityZone, disableApiTermination: terminationProtected } = request;
  const instance = { imageId, instanceType, availabilityZone, terminationProtected, tags };
  return ec2.fleet.add({
    clientToken: request.clientToken,
    instances: Array.from({ length: request.maxCount }, () => instance),
  });
}

/** The template's own tags, and those that EC2 adds to what was launched from it. */
function tagsOfTemplate({ launchTemplate }: LaunchRequest, { launchTemplates }: Ec2State): readonly Tag[] {
  if (launchTemplate === undefined) return [];
  const template = launchTemplates.find(({ name }) => name === launchTemplate);
  if (template === undefined) {
    throw new Ec2Error(
      'InvalidLaunchTemplateName.NotFoundException',
      `The specified launch template, with template name ${launchTemplate}, does not exist.`,
    );
  }
  return [
    { key: 'aws:ec2launchtemplate:id', value: template.id },
    { key: 'aws:ec2launchtemplate:version', value: '1' },
    ...template.instanceTags,
  ];
}

function tagList(tags: ReadonlyMap<string, string>): readonly Tag[] {
  return Array.from(tags, ([key, value]) => ({ key, value }));
}
