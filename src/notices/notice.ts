import { howToName } from './how-to-name.ts';
import type { InstanceId, LaunchSource } from '../enforcer/launch.ts';
import type { LaunchedWith } from '../enforcer/launched-with.ts';
import { launcherName } from '../enforcer/launcher-name.ts';
import type { TerminateReason } from '../enforcer/judge.ts';
import { nameTheGroup } from '../enforcer/name-the-group.ts';
import { describeGroup, isSameGroup } from '../enforcer/service-group.ts';
import type { GroupKind, ServiceGroup } from '../enforcer/service-group.ts';
import type { NoticeContent, ToldOutcome } from './notifier.ts';

/** What people are told of one launch, as one event on the event bus. `docs/notice.schema.json` is its schema. */
export interface Notice {
  readonly detailType: (typeof detailTypes)[ToldOutcome['outcome']];
  readonly detail: {
    /** Changes when a field is removed or changes its meaning; more fields may come at any time. */
    readonly version: '1';
    readonly launcher: { readonly arn: string | null; readonly name: string };
    readonly launchedWith: LaunchedWith;
    /** Service that launched for the launcher, for example `autoscaling.amazonaws.com`. */
    readonly invokedBy: string | null;
    readonly account: string | null;
    readonly region: string | null;
    /** ISO 8601 in UTC, as `terminatedAt`. */
    readonly launchedAt: string | null;
    /** What launched for the launcher, and launches again; null where nothing that only AWS can set tells of one. */
    readonly group: { readonly kind: GroupKind; readonly name: string } | null;
    /** When it was, or in report mode would have been; null when it is to come, or was left out. */
    readonly terminatedAt: string | null;
    /** When it will be, unless it is named before; null when that has passed. */
    readonly dueAt: string | null;
    readonly reservationId: string | null;
    /** What CloudTrail's event history is searched by; with it a reader knows a notice that comes twice. */
    readonly eventId: string | null;
    readonly instanceCount: number;
    /** At most 1,000, whatever the count. */
    readonly instanceIds: readonly InstanceId[];
    readonly reasons: readonly (TerminateReason | 'relaunched')[];
    /** Texts for people, of one line each, without double quotes, so that they can be put into a template. */
    readonly summary: string;
    /** When it was or will be, and how it is kept until then. */
    readonly when: string;
    readonly why: string;
    /** Who launched it, with what, and where to read more of it. */
    readonly howKnown: string;
    readonly howToAvoid: string;
  };
}

const detailTypes = {
  terminated: 'Nameless Instance Terminated',
  'would-terminate': 'Nameless Instance Would Be Terminated',
  postponed: 'Nameless Instance Will Be Terminated',
  named: 'Nameless Instance Named',
  failed: 'Nameless Instance Launched Again',
} as const satisfies Record<ToldOutcome['outcome'], string>;

/**
 * An event may have 256 KB: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 * So many ids are 22 kB; what else a notice holds is cut to some 30 kB at most.
 */
const MOST_IDS = 1_000;

/** Ids in the summary: as many as a person would look up. */
const MOST_IDS_IN_TEXT = 10;

/** Characters. An ARN of IAM may have 2,048; all else that the event shows is shorter. */
const LONGEST = 2_048;

/** Writes the notice of a launch that loses instances, has lost them, or in report mode would have. */
export function noticeOf({ source, instances, at }: NoticeContent): Notice {
  const outcome = instances[0]?.outcome ?? 'terminated';
  const ids = instances.map(({ instanceId }) => instanceId);
  const reasons = [...new Set(instances.map(({ reason }) => reason))].toSorted();
  const name = plain(launcherName(source.launcher));
  const dueTimes = instances.flatMap((instance) =>
    instance.outcome === 'postponed' ? [instance.dueAt] : [],
  );
  const dueAt = dueTimes.length === 0 ? null : new Date(Math.min(...dueTimes)).toISOString();
  const settledAt = new Date(at).toISOString();
  const isTerminated = outcome === 'terminated' || outcome === 'would-terminate';
  const group = groupOf(instances);
  return {
    detailType: detailTypes[outcome],
    detail: {
      version: '1',
      launcher: { arn: shown(source.launcher), name },
      launchedWith: source.launchedWith,
      invokedBy: shown(source.invokedBy),
      group: group === undefined ? null : { kind: group.kind, name: plain(group.name) },
      account: shown(source.account),
      region: shown(source.region),
      launchedAt: source.launchedAt === undefined ? null : new Date(source.launchedAt).toISOString(),
      terminatedAt: isTerminated ? settledAt : null,
      dueAt,
      reservationId: shown(source.reservationId),
      eventId: shown(source.eventId),
      instanceCount: ids.length,
      instanceIds: ids.slice(0, MOST_IDS),
      reasons,
      summary: plain(summaryOf(source.launcher === undefined ? 'Somebody' : name, instances, source, group)),
      when: plain(whenOf(instances, source.region, dueAt ?? settledAt)),
      why: reasons.map((reason) => whys[reason]).join(' '),
      howKnown: plain(howKnown(source)),
      howToAvoid: plain(group === undefined ? howToName(source) : howToNameGroup(group, source.region)),
    },
  };
}

/** The group of all of them; undefined where they have none, or not the same. */
function groupOf([first, ...others]: NoticeContent['instances']): ServiceGroup | undefined {
  return others.every(({ group }) => isSameGroup(group, first?.group)) ? first?.group : undefined;
}

/** A command with quotes would not arrive as it is: the dead letter has it. */
function howToNameGroup(group: ServiceGroup, region: string | undefined): string {
  const text = nameTheGroup(group, region);
  return /["\\]/.test(text) ? `Name what the ${describeGroup(group)} launches.` : text;
}

const whys: Readonly<Record<ToldOutcome['reason'], string>> = {
  'no-name-tag': 'Every instance must have a tag with the key Name, written just so, and there was none.',
  'empty-name-tag': 'Every instance must have a Name tag with a value, and the value was empty.',
  relaunched: 'Every instance must have a Name tag, and what ends one without it only launches another.',
};

function summaryOf(
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
function whenOf(told: NoticeContent['instances'], region: string | undefined, at: string): string {
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

function howKnown({ launcher, launchedWith, eventId }: LaunchSource): string {
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

function shown(text: string | undefined): string | null {
  return text === undefined ? null : plain(text);
}

/** One line of a bounded length, without what would break the text around it. EventBridge escapes nothing. */
function plain(text: string): string {
  const line = text.replaceAll(/["\\\p{C}\p{Zl}\p{Zp}]/gu, "'");
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 3)}...`;
}
