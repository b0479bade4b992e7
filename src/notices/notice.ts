import { howKnown, howToNameGroup, summaryOf, whenOf, whys } from './notice-text.ts';
import { howToName } from './how-to-name.ts';
import type { InstanceId } from '../enforcer/launch.ts';
import type { LaunchedWith } from '../enforcer/launched-with.ts';
import { launcherName } from '../enforcer/launcher-name.ts';
import type { TerminateReason } from '../enforcer/judge.ts';
import { isSameGroup } from '../enforcer/service-group.ts';
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

function shown(text: string | undefined): string | null {
  return text === undefined ? null : plain(text);
}

/** One line of a bounded length, without what would break the text around it. EventBridge escapes nothing. */
function plain(text: string): string {
  const line = text.replaceAll(/["\\\p{C}\p{Zl}\p{Zp}]/gu, "'");
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 3)}...`;
}
