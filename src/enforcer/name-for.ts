import type { InstanceId, Tag } from './launch.ts';
import { launcherName } from './launcher-name.ts';
import type { ServiceGroup } from './service-group.ts';

/** Characters of a tag's value: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
const LONGEST = 256;

/** What a name is made of. */
interface Origin {
  readonly instanceId: InstanceId;
  readonly tags: readonly Tag[];
  readonly group: ServiceGroup | undefined;
  /** ARN, or what is nearest to one; undefined when nobody knows. */
  readonly launcher: string | undefined;
}

/**
 * The name that mode `name` gives: that of the group, else of the CloudFormation stack, else of the launcher, and the last 8
 * digits of the instance's id. The same for the same instance and launcher, 10 to 256 characters, never cut within one.
 */
export function nameFor({ instanceId, tags, group, launcher }: Origin): string {
  const stack = tags.find(({ key }) => key === 'aws:cloudformation:stack-name')?.value;
  const origin = group?.name || stack || (launcher === undefined ? 'instance' : launcherName(launcher));
  const end = `-${instanceId.slice(-8)}`;
  // Of a character beyond U+FFFF, no half is left.
  return origin.slice(0, LONGEST - end.length).replace(/[\uD800-\uDBFF]$/, '') + end;
}
