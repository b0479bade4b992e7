import type { Tag } from '../../enforcer/launch.ts';
import { Ec2Error, invalidParameterCombination, invalidParameterValue } from './errors.ts';
import type { QueryParameters } from './query-parameters.ts';
import { parseTags } from './tags.ts';

/** A `RunInstances` call as it was asked for. */
export interface LaunchRequest {
  readonly imageId: string | undefined;
  readonly instanceType: string | undefined;
  readonly minCount: number;
  readonly maxCount: number;
  readonly clientToken: string | undefined;
  readonly availabilityZone: string | undefined;
  readonly disableApiTermination: boolean;
  readonly tagSpecifications: readonly TagSpecification[];
  readonly launchTemplate: LaunchTemplateReference | undefined;
  /** Parameters that change nothing here, by their full names, for telling one request from another. */
  readonly others: readonly (readonly [string, string])[];
}

/** Tags for what the launch makes. Only those of resource type `instance` go to the instances. */
interface TagSpecification {
  readonly resourceType: string;
  readonly tags: readonly Tag[];
}

export interface LaunchTemplateReference {
  readonly by: 'id' | 'name';
  readonly value: string;
  readonly version: string | undefined;
}

/** Parameters that the request holds under a name of their own, or that are not the launch's. */
const understood =
  /^(Action|Version|DryRun|ImageId|InstanceType|MinCount|MaxCount|ClientToken|DisableApiTermination|Placement\.AvailabilityZone|(TagSpecification|LaunchTemplate)\..*|X-Amz-.*|Signature.*|AWSAccessKeyId|Expires|Timestamp)$/;
const taggable = new Set([
  'instance',
  'volume',
  'network-interface',
  'spot-instances-request',
  'elastic-gpu',
]);
const maxTokenLength = 64;

export function parseLaunchRequest(parameters: QueryParameters): LaunchRequest {
  return {
    imageId: parameters.text('ImageId'),
    instanceType: parameters.text('InstanceType'),
    ...parseCounts(parameters),
    clientToken: parseClientToken(parameters),
    availabilityZone: parameters.group('Placement')?.text('AvailabilityZone'),
    disableApiTermination: parameters.boolean('DisableApiTermination'),
    tagSpecifications: parameters.items('TagSpecification').map(parseTagSpecification),
    launchTemplate: parseLaunchTemplate(parameters.group('LaunchTemplate')),
    others: parameters.entries().filter(([name]) => !understood.test(name)),
  };
}

function parseCounts(parameters: QueryParameters): { minCount: number; maxCount: number } {
  const minCount = parameters.requiredInteger('MinCount');
  const maxCount = parameters.requiredInteger('MaxCount');
  if (minCount < 1) {
    throw invalidParameterValue(
      `Value (${minCount}) for parameter minCount is invalid. Expecting a value greater than 0.`,
    );
  }
  if (maxCount < minCount) {
    throw invalidParameterCombination(
      `The parameter maxCount (${maxCount}) must be greater than or equal to minCount (${minCount})`,
    );
  }
  return { minCount, maxCount };
}

function parseClientToken(parameters: QueryParameters): string | undefined {
  const token = parameters.text('ClientToken');
  if (token !== undefined && token.length > maxTokenLength) {
    throw invalidParameterValue(`Client token exceeds the maximum length of ${maxTokenLength} characters`);
  }
  return token === '' ? undefined : token;
}

function parseTagSpecification(item: QueryParameters): TagSpecification {
  const resourceType = item.text('ResourceType') ?? '';
  if (resourceType === '') throw invalidParameterValue('Tag specification resource type must have a value');
  if (!taggable.has(resourceType)) {
    throw invalidParameterValue(
      `'${resourceType}' is not a valid taggable resource type for this operation.`,
    );
  }
  const tags = parseTags(item);
  if (tags.length === 0) throw invalidParameterValue('Tag specification must have at least one tag');
  return { resourceType, tags };
}

function parseLaunchTemplate(group: QueryParameters | undefined): LaunchTemplateReference | undefined {
  if (group === undefined) return undefined;
  const id = group.text('LaunchTemplateId');
  const name = group.text('LaunchTemplateName');
  const version = group.text('Version');
  if ((id === undefined) === (name === undefined)) {
    throw invalidParameterCombination(
      'Exactly one of LaunchTemplateId and LaunchTemplateName must be specified.',
    );
  }
  if (id === undefined) return { by: 'name', value: name ?? '', version };
  if (!/^lt-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
    throw new Ec2Error('InvalidLaunchTemplateId.Malformed', `Invalid id: "${id}"`);
  }
  return { by: 'id', value: id, version };
}

/** Tags that the request sets on the instances. */
export function instanceTags(request: LaunchRequest): readonly Tag[] {
  return request.tagSpecifications
    .filter(({ resourceType }) => resourceType === 'instance')
    .flatMap(({ tags }) => tags);
}
