import { endDryRun, type Call } from '../call.ts';
import { reservedTagKey } from '../errors.ts';
import type { Instance } from '../instance.ts';
import { isReserved } from '../tags.ts';
import { findTaggedInstances } from '../tagged-instances.ts';
import type { XmlElements } from '../xml-answer.ts';

/**
 * Removes tags from instances: those of the keys, or only those of key and value where a value is given, an
 * empty one included. Without any key, all that are not AWS's own.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
 */
export function deleteTags({ parameters, world }: Call): XmlElements {
  const instances = findTaggedInstances(world.fleet, parameters);
  const unwanted = parameters
    .items('Tag')
    .map((tag) => ({ key: tag.requiredText('Key'), value: tag.text('Value') }));
  const reserved = unwanted.find(({ key }) => isReserved(key));
  if (reserved !== undefined) throw reservedTagKey(reserved.key);
  endDryRun(parameters);

  for (const instance of instances) {
    if (unwanted.length === 0) removeAll(instance);
    for (const { key, value } of unwanted) {
      if (value === undefined || instance.tags.get(key) === value) instance.tags.delete(key);
    }
  }
  return { return: true };
}

function removeAll({ tags }: Instance): void {
  for (const key of tags.keys()) if (!isReserved(key)) tags.delete(key);
}
