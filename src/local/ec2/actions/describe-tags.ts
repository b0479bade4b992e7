import { endDryRun, type Call } from '../call.ts';
import { parseFilters } from '../filters.ts';
import { cutPage, parsePage } from '../paging.ts';
import { tagList } from '../tags.ts';
import type { XmlElements } from '../xml-answer.ts';

/** A tag with what it is on. */
type ResourceTag = {
  readonly resourceId: string;
  readonly resourceType: 'instance';
  readonly key: string;
  readonly value: string;
};

/** Filters of the action: what a tag must match. `tag:KEY` stands for that key with one of the values. */
const fields: Readonly<Record<string, (tag: ResourceTag) => string>> = {
  'resource-id': ({ resourceId }) => resourceId,
  'resource-type': ({ resourceType }) => resourceType,
  key: ({ key }) => key,
  value: ({ value }) => value,
};
const tagPrefix = 'tag:';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html */
export function describeTags({ parameters, world }: Call): XmlElements {
  const page = parsePage(parameters, world.pageSize);
  const filters = parseFilters(
    parameters,
    (name) => Object.hasOwn(fields, name) || name.startsWith(tagPrefix),
  );
  endDryRun(parameters);

  const tags = [...world.fleet.all()]
    .flatMap(({ instanceId, tags: own }) =>
      tagList(own).map(({ key, value }): ResourceTag => ({
        resourceId: instanceId,
        resourceType: 'instance',
        key,
        value,
      })),
    )
    .filter((tag) =>
      filters.every(({ name, matches }) => {
        if (name.startsWith(tagPrefix)) return tag.key === name.slice(tagPrefix.length) && matches(tag.value);
        const text = fields[name]?.(tag);
        return text !== undefined && matches(text);
      }),
    )
    .map((tag, position) => ({ tag, position }));
  const { items, nextToken } = cutPage(tags, ({ position }) => position, page);
  return { tagSet: { item: items.map(({ tag }) => tag) }, nextToken };
}
