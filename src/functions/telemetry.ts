import type { Context } from 'aws-lambda';
import type { Launch, LaunchSource } from '../enforcer/launch.ts';
import { isUnsettled } from '../enforcer/outcome.ts';
import type { Outcome } from '../enforcer/outcome.ts';
import type { Look } from '../enforcer/second-look.ts';
import { isFinished } from '../enforcer/settlement.ts';
import type { Settlement } from '../enforcer/settlement.ts';
import type { Notification } from '../notices/notifier.ts';
import { writeLines } from './standard-output.ts';

/*
 * Logs and metrics of the functions. A log line is one JSON object, which Lambda takes as it is when it has `level` and
 * `timestamp`: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 * The last line of a report has its metrics as well, in CloudWatch's embedded metric format, which takes further members:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */

/** Service and namespace of every log line and metric. */
const service = 'ec2-name-tag-enforcer';
const namespace = 'Ec2NameTagEnforcer';

/** Set by Lambda, from `ApplicationLogLevel`. */
const showsEvents = ['DEBUG', 'TRACE'].includes(process.env['AWS_LAMBDA_LOG_LEVEL'] ?? 'INFO');

/** What a log line tells beside what all lines do. A member that is undefined is left out. */
interface Line {
  readonly level: 'DEBUG' | 'INFO' | 'ERROR';
  readonly message: string;
  readonly [member: string]: unknown;
}

/** Values by metric name. Most are counts, and need no unit. */
type Metrics = Readonly<Record<string, number | readonly number[]>>;
const units: Readonly<Record<string, string>> = { SecondsToSettlement: 'Seconds' };

/** Instances by outcome. */
const outcomeMetric = {
  spared: 'InstancesSpared',
  terminated: 'InstancesTerminated',
  'would-terminate': 'InstancesWouldTerminate',
  'already-gone': 'InstancesAlreadyGone',
  postponed: 'InstancesPostponed',
  deferred: 'InstancesDeferred',
  failed: 'InstancesFailed',
} as const satisfies Record<Outcome['outcome'], string>;

/** Instances that only EC2's signal tells of, and that nothing was done to: a launch event counts most of them as well. */
const startMetric = {
  spared: 'StartsSpared',
  'already-gone': 'StartsAlreadyGone',
  'would-terminate': 'StartsWouldTerminate',
  postponed: 'StartsPostponed',
} as const;

/** Failed instances by reason. */
const failureMetric = {
  'not-visible': 'FailuresNotVisible',
  unreadable: 'FailuresUnreadable',
  protected: 'FailuresProtected',
  denied: 'FailuresDenied',
  refused: 'FailuresRefused',
  'not-terminated': 'FailuresNotTerminated',
} as const satisfies Record<Extract<Outcome, { outcome: 'failed' }>['reason'], string>;

/** What the functions report. One for each process: it knows the invocation and whether it is the first. */
export class Telemetry {
  readonly #stack: string;
  #requestId: string | undefined;
  #coldStart: true | undefined;

  /** @param stack name of the stack, the second dimension of every metric beside the service */
  constructor(stack: string) {
    this.#stack = stack;
  }

  /** Begins the telemetry of one invocation. The event is logged at level debug alone: it holds user data. */
  reportEvent(event: unknown, { awsRequestId }: Pick<Context, 'awsRequestId'>): void {
    this.#coldStart = this.#requestId === undefined ? true : undefined;
    this.#requestId = awsRequestId;
    if (showsEvents) this.#report([{ level: 'DEBUG', message: 'event received', event }]);
  }

  reportInvalidEvent({ name, message, stack: trace }: Error): void {
    const error = { name, message, stack: trace };
    this.#report([{ level: 'ERROR', message: 'event invalid', error }], { EventsInvalid: 1 });
  }

  reportIgnoredEvent({ reason }: { readonly reason: string }): void {
    this.#report([{ level: 'INFO', message: 'event ignored', reason }], { EventsIgnored: 1 });
  }

  /**
   * One log line for each instance; counts of launches, outcomes and failures; and the seconds from the launch to now,
   * when nothing is left open.
   *
   * @param now epoch milliseconds
   */
  reportSettlement({ kind, source }: Launch, settlement: Settlement, now: number): void {
    const counts = new Counts();
    counts.add(kind === 'listed' ? 'LaunchesListed' : 'LaunchesUnlisted');
    const lines = linesOf(source, settlement, counts);
    const seconds = isFinished(settlement) ? secondsSince(source.launchedAt, now) : undefined;
    this.#report(lines, { ...counts.values, ...(seconds !== undefined && { SecondsToSettlement: seconds }) });
  }

  /**
   * What came of a batch of messages: as of launches, but for instances that only EC2's signal tells of and that nothing
   * was done to. A launch event tells of most of them: they are counted by themselves, and those that are named or gone
   * have no line, since they are as many as there are starts.
   *
   * @param waiting messages whose time has not come
   * @param now epoch milliseconds
   */
  reportSecondLooks(looks: readonly Look[], waiting: number, now: number): void {
    if (looks.length + waiting === 0) return;
    const counts = new Counts();
    const lines: Line[] = [];
    const seconds: number[] = [];
    counts.add('SecondLooks', looks.length);
    counts.add('SecondLooksWaiting', waiting);
    for (const { message, isStart, source, settlement } of looks) {
      lines.push(...linesOf(source, settlement, counts, isStart ? startMetric : {}));
      const acted = settlement.outcomes.some(({ outcome }) => outcome === 'terminated');
      const took = acted && message.kind !== 'instances' ? secondsSince(startOf(message), now) : undefined;
      if (took !== undefined) seconds.push(took);
    }
    const metrics = { ...counts.values, ...(seconds.length > 0 && { SecondsToSettlement: seconds }) };
    this.#report(lines.length > 0 ? lines : [{ level: 'INFO', message: 'second looks' }], metrics);
  }

  /** Whether people were told. A notice that failed is for people to see, and changes nothing else. */
  reportNotification(source: LaunchSource, { delivery, instances }: Notification): void {
    const { launcher, account, region, reservationId, eventId } = source;
    const about = { instances, launcher, account, region, reservationId, eventId };
    if (delivery.kind === 'accepted')
      this.#report([{ level: 'INFO', message: 'notice sent', ...about }], { NoticesSent: 1 });
    else
      this.#report([{ level: 'ERROR', message: 'notice failed', ...delivery, ...about }], {
        NoticesFailed: 1,
      });
  }

  /** What a queue did not take: the message that it comes from stays, and comes again. */
  reportRefused(details: readonly string[]): void {
    if (details.length === 0) return;
    const detail = [...new Set(details)].join('; ');
    this.#report([{ level: 'ERROR', message: 'message refused', detail }], {
      MessagesRefused: details.length,
    });
  }

  /** What cannot be reported must not change what is done: Node.js prints the warning where the log goes. */
  #report(lines: readonly Line[], metrics?: Metrics): void {
    try {
      const now = new Date();
      const last = lines.length - 1;
      writeLines(
        lines.map((line, index) => ({
          timestamp: now.toISOString(),
          ...line,
          requestId: this.#requestId,
          coldStart: this.#coldStart,
          service,
          stack: this.#stack,
          ...(index === last && metrics !== undefined && embedded(metrics, now)),
        })),
      );
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }
}

/** Counts by metric name. */
class Counts {
  readonly values: Record<string, number> = {};

  add(name: string, count = 1): void {
    if (count > 0) this.values[name] = (this.values[name] ?? 0) + count;
  }
}

/** @param quiet outcomes that are counted by these names, and have no line where there is nothing new to say */
function linesOf(
  source: LaunchSource,
  settlement: Settlement,
  counts: Counts,
  quiet: Partial<Record<Outcome['outcome'], string>> = {},
): Line[] {
  const { launchedAt: _, ...launch } = source;
  const lines: Line[] = [];
  switch (settlement.kind) {
    case 'settled':
      break;
    case 'spared-whole':
      lines.push({ level: 'INFO', message: 'launch spared', reason: settlement.reason, ...launch });
      break;
    case 'foreign':
      lines.push({ level: 'ERROR', message: 'launch foreign', ...launch });
      counts.add('LaunchesForeign');
      break;
    case 'incomplete':
      lines.push({ level: 'ERROR', message: 'launch incomplete', ...settlement.incomplete, ...launch });
      counts.add('LaunchesIncomplete');
      break;
  }
  for (const outcome of settlement.outcomes) {
    const quietly = quiet[outcome.outcome];
    counts.add(quietly ?? outcomeMetric[outcome.outcome]);
    if (outcome.outcome === 'failed') counts.add(failureMetric[outcome.reason]);
    if (quietly !== undefined && isNothingNew(outcome)) continue;
    const unsettled = isUnsettled(outcome);
    const message = unsettled ? 'instance unsettled' : 'instance settled';
    lines.push({ level: unsettled ? 'ERROR' : 'INFO', message, ...forPeople(outcome), ...launch });
  }
  return lines;
}

/** Whether there is nothing to say of a start: it is as it must be, or the launch event's line says more. */
function isNothingNew(outcome: Outcome): boolean {
  return outcome.outcome === 'already-gone' || (outcome.outcome === 'spared' && outcome.reason === 'named');
}

function forPeople(outcome: Outcome): object {
  return outcome.outcome === 'postponed'
    ? { ...outcome, dueAt: new Date(outcome.dueAt).toISOString() }
    : outcome;
}

function startOf(message: Look['message']): number | undefined {
  return message.kind === 'started'
    ? message.startedAt
    : message.kind === 'launch'
      ? message.launch.source.launchedAt
      : undefined;
}

function secondsSince(start: number | undefined, now: number): number | undefined {
  return start === undefined ? undefined : Math.max(0, (now - start) / 1000);
}

function embedded(metrics: Metrics, now: Date): object {
  const definitions = Object.keys(metrics).map((Name) => ({ Name, Unit: units[Name] }));
  const directive = { Namespace: namespace, Dimensions: [['service', 'stack']], Metrics: definitions };
  return { ...metrics, _aws: { Timestamp: now.getTime(), CloudWatchMetrics: [directive] } };
}
