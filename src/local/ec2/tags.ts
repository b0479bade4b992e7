import type { Tag } from '../../enforcer/launch.ts';
import { Ec2Error, invalidParameterValue, reservedTagKey } from './errors.ts';
import type { QueryParameters } from './query-parameters.ts';

/** A resource has at most so many tags, those of AWS not counted. */
const maxTags = 50;
const maxKeyLength = 128;
const maxValueLength = 256;

/** Tags of a list of `Key` and `Value`; a tag without a value has the empty one. */
export function parseTags(parameters: QueryParameters): readonly Tag[] {
  return parameters
    .items('Tag')
    .map((tag) => ({ key: tag.text('Key') ?? '', value: tag.text('Value') ?? '' }));
}

export function tagList(tags: ReadonlyMap<string, string>): readonly Tag[] {
  return [...tags].map(([key, value]) => ({ key, value }));
}

/**
 * Refuses tags that nobody may set.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
 */
export function checkTags(tags: readonly Tag[]): void {
  const keys = new Set<string>();
  for (const { key, value } of tags) {
    if (key === '') {
      throw invalidParameterValue(
        "Value ( '' ) for parameter Tag key is invalid. Tag key cannot be null or empty.",
      );
    }
    if (key.length > maxKeyLength) {
      throw invalidParameterValue(`Tag key exceeds the maximum length of ${maxKeyLength} characters`);
    }
    if (value.length > maxValueLength) {
      throw invalidParameterValue(`Tag value exceeds the maximum length of ${maxValueLength} characters`);
    }
    if (isReserved(key)) throw reservedTagKey(key);
    if (keys.has(key)) throw invalidParameterValue(`Duplicate tag key '${key}' specified.`);
    keys.add(key);
  }
}

/** Refuses more tags than a resource may have. */
export function checkTagCount(keys: Iterable<string>): void {
  if ([...keys].filter((key) => !isReserved(key)).length > maxTags) {
    throw new Ec2Error('TagLimitExceeded', `The maximum number of Tags for a resource has been reached.`);
  }
}

/** Whether only AWS itself sets tags of this key. */
export function isReserved(key: string): boolean {
  return key.toLowerCase().startsWith('aws:');
}
