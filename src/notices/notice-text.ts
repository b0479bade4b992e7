import type { LaunchSource } from '../enforcer/launch.ts';
import { nameTheGroup } from '../enforcer/name-the-group.ts';
import { describeGroup } from '../enforcer/service-group.ts';
import type { ServiceGroup } from '../enforcer/service-group.ts';
import type { NoticeContent, ToldOutcome } from './notifier.ts';

/* The sentences of a notice. */

/** Ids in the summary: as many as a person would look up. */
const MOST_IDS_IN_TEXT = 10;

/** A command with quotes would not arrive as it is: the dead letter has it. */
export function howToNameGroup(group: ServiceGroup, region: string | undefined): string {
  const text = nameTheGroup(group, region);
  return /["\\]/.test(text) ? `Name what the ${describeGroup(group)} launches.` : text;
}

export const whys: Readonly<Record<ToldOutcome['reason'], string>> = {
  'no-name-tag': 'Every instance must have a tag with the key Name, written just so, and there was none.',
  'empty-name-tag': 'Every instance must have a Name tag with a value, and the value was empty.',
  relaunched: 'Every instance must have a Name tag, and what ends one without it only launches another.',
};

export function summaryOf(
  name: string,
  told: NoticeContent['instances'],
  { account, region }: LaunchSource,
  group: ServiceGroup | undefined,
): string {
  const ids = told.map(({ instanceId }) => instanceId);
  const instances = ids.length === 1 ? 'an EC2 instance' : `${ids.length} EC2 instances`;
  const more = ids.length > MOST_IDS_IN_TEXT ? ` and ${ids.length - MOST_IDS_IN_TEXT} more` : '';
  const where = `account ${account ?? 'unknown'}, region ${region ?? 'unknown'}`;
  const by = group === undefined ? '' : `, by the ${describeGroup(group)}`;
  const listed = `${ids.slice(0, MOST_IDS_IN_TEXT).join(', ')}${more}`;
  return `${name} launched ${instances} without a name in ${where}${by}: ${listed} ${fateOf(told)}.`;
}

function fateOf([first, ...others]: NoticeContent['instances']): string {
  const singular = others.length === 0;
  const were = singular ? 'was' : 'were';
  switch (first?.outcome) {
    case 'would-terminate':
      return 'would have been terminated, were it not for report mode';
    case 'postponed':
      return `will be terminated unless ${singular ? 'it is' : 'they are'} named`;
    case 'named':
      return singular ? `was given the name ${first.name}` : 'were given a name each';
    case 'failed':
      return `${were} left alone, since ${singular ? 'it' : 'each'} would only be launched again`;
    case 'terminated':
    case undefined:
      return `${were} terminated`;
  }
}

/** @param at when it was, or when it is to come: ISO 8601 in UTC */
export function whenOf(told: NoticeContent['instances'], region: string | undefined, at: string): string {
  switch (told[0]?.outcome) {
    case 'would-terminate':
      return `Would have been terminated at ${at}.`;
    case 'postponed':
      return `To keep ${told.length === 1 ? 'it' : 'them'}, ${howToTag(told, region)} before ${at}.`;
    case 'named':
      return `Named at ${at}. For another name, ${howToTag(told, region)}.`;
    case 'failed':
      return `Seen at ${at}. It runs without a name until a person names or ends it: ${howToTag(told, region)}.`;
    case 'terminated':
    case undefined:
      return `Terminated at ${at}.`;
  }
}

export function howKnown({ launcher, launchedWith, eventId }: LaunchSource): string {
  if (launcher === undefined && eventId === undefined)
    return "EC2's own signal alone told of it, which does not say who launched.";
  const event =
    eventId === undefined ? '' : ` CloudTrail's event history has the launch as event ${eventId}.`;
  return `Launched by ${launcher ?? 'unknown'}, with: ${launchedWith}.${event}`;
}

/** The very command that names the instances. */
function howToTag(told: NoticeContent['instances'], region: string | undefined): string {
  const some = told.slice(0, MOST_IDS_IN_TEXT).map(({ instanceId }) => instanceId);
  const others = told.length > some.length ? ', likewise for the others,' : '';
  const where = region === undefined ? '' : `--region ${region} `;
  return (
    `run aws ec2 create-tags ${where}--resources ${some.join(' ')} ` +
    `--tags Key=Name,Value=web-1 with your own name for web-1${others}`
  );
}
