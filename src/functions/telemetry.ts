import type { Context } from 'aws-lambda';
import type { Launch, LaunchSource } from '../enforcer/launch.ts';
import type { Look } from '../enforcer/second-look.ts';
import { isFinished } from '../enforcer/settlement.ts';
import type { Settlement } from '../enforcer/settlement.ts';
import type { Notification } from '../notices/notifier.ts';
import { Counts, linesOf, startMetric } from './settlement-lines.ts';
import type { Line } from './settlement-lines.ts';
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

/** Values by metric name. Most are counts, and need no unit. */
type Metrics = Readonly<Record<string, number | readonly number[]>>;
const units: Readonly<Record<string, string>> = { SecondsToSettlement: 'Seconds' };

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
   * Each account and region is counted by itself, so that the line with its counts says whose they are.
   *
   * @param waiting messages whose time has not come
   * @param now epoch milliseconds
   */
  reportSecondLooks(looks: readonly Look[], waiting: number, now: number): void {
    const places = Map.groupBy(looks, ({ source: { account, region } }) => `${account} ${region}`);
    for (const ofPlace of places.values()) this.#reportLooks(ofPlace, now);
    if (waiting > 0)
      this.#report([{ level: 'INFO', message: 'second looks' }], { SecondLooksWaiting: waiting });
  }

  /** @param looks of one account and region */
  #reportLooks(looks: readonly Look[], now: number): void {
    const counts = new Counts();
    const lines: Line[] = [];
    const seconds: number[] = [];
    counts.add('SecondLooks', looks.length);
    for (const { message, isStart, source, settlement } of looks) {
      lines.push(...linesOf(source, settlement, counts, isStart ? startMetric : {}));
      const acted = settlement.outcomes.some(({ outcome }) => outcome === 'terminated');
      const took = acted && message.kind !== 'instances' ? secondsSince(startOf(message), now) : undefined;
      if (took !== undefined) seconds.push(took);
    }
    const metrics = { ...counts.values, ...(seconds.length > 0 && { SecondsToSettlement: seconds }) };
    const { account, region } = looks[0]?.source ?? {};
    this.#report(
      lines.length > 0 ? lines : [{ level: 'INFO', message: 'second looks', account, region }],
      metrics,
    );
  }

  /** Whether people were told. A notice that failed is for people to see, and changes nothing else. */
  reportNotification(source: LaunchSource, { bus, delivery, instances }: Notification): void {
    const { launcher, account, region, reservationId, eventId } = source;
    const about = { bus, instances, launcher, account, region, reservationId, eventId };
    if (delivery.kind === 'accepted')
      this.#report([{ level: 'INFO', message: 'notice sent', ...about }], { NoticesSent: 1 });
    else
      this.#report([{ level: 'ERROR', message: 'notice failed', ...delivery, ...about }], {
        NoticesFailed: 1,
      });
  }

  /** How many places a probe asked in, and in how many EC2 did not answer. It is no launch: nothing is counted. */
  reportProbe(asked: number, unanswered: number): void {
    this.#report([{ level: 'INFO', message: 'probed', asked, unanswered }]);
  }

  /** That the enforcer was paused, or goes on, and why. */
  reportSwitch(message: 'paused' | 'resumed', reason: string): void {
    this.#report([{ level: 'INFO', message, reason }], {
      [message === 'paused' ? 'Pauses' : 'Resumptions']: 1,
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
