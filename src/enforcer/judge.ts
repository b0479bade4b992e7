import type { Tag } from './launch.ts';

/** What the tags of an instance say about it. Not knowing the tags is never a verdict. */
export type Verdict =
  | { readonly verdict: 'spare'; readonly reason: SpareReason }
  | { readonly verdict: 'terminate'; readonly reason: TerminateReason };

export type SpareReason = 'named' | 'exempt';
export type TerminateReason = 'no-name-tag' | 'empty-name-tag';

/**
 * The verdict on an instance that has exactly these tags.
 *
 * Named is an instance with a tag whose key is exactly `Name` and whose value is not empty; one blank is a
 * value. Tag keys and values are case-sensitive:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
 *
 * @param tags all tags of the instance, in any order
 * @param exemptTagKeys keys of which any one present, with any value, exempts the instance
 */
export function judge(tags: readonly Tag[], exemptTagKeys: ReadonlySet<string>): Verdict {
  const names = tags.filter((tag) => tag.key === 'Name');
  if (names.some((tag) => tag.value !== '')) return { verdict: 'spare', reason: 'named' };
  if (tags.some((tag) => exemptTagKeys.has(tag.key))) return { verdict: 'spare', reason: 'exempt' };
  return { verdict: 'terminate', reason: names.length === 0 ? 'no-name-tag' : 'empty-name-tag' };
}
