import { endDryRun, type Call } from '../call.ts';
import { missingParameter } from '../errors.ts';
import { checkTagCount, checkTags, parseTags } from '../tags.ts';
import { findTaggedInstances } from '../tagged-instances.ts';
import type { XmlElements } from '../xml-answer.ts';

/** Sets tags on instances. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
export function createTags({ parameters, world }: Call): XmlElements {
  const instances = findTaggedInstances(world.fleet, parameters);
  const tags = parseTags(parameters);
  if (tags.length === 0) throw missingParameter('Tag');
  checkTags(tags);
  for (const instance of instances) {
    checkTagCount(new Set([...instance.tags.keys(), ...tags.map(({ key }) => key)]));
  }
  endDryRun(parameters);

  for (const instance of instances) {
    for (const { key, value } of tags) instance.tags.set(key, value);
  }
  return { return: true };
}
