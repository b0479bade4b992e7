import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import type { IgnoredEvent, Launch } from '../enforcer/launch.ts';
import type { Notification } from '../notices/notifier.ts';
import { isUnsettled } from '../enforcer/outcome.ts';
import type { Outcome } from '../enforcer/outcome.ts';
import type { Settlement } from '../enforcer/settlement.ts';

/** Service and namespace of every log line and metric. */
const service = 'ec2-name-tag-enforcer';
const namespace = 'Ec2NameTagEnforcer';

const logger = new Logger({ serviceName: service });
const metrics = new Metrics({
  serviceName: service,
  namespace,
  defaultDimensions: { stack: process.env['STACK_NAME'] ?? 'local' },
});

/** Asked once: to find out that a line is not to be written takes the Logger a fifteenth of a warm launch. */
const showsEvents = ['DEBUG', 'TRACE'].includes(logger.getLevelName());

/** Instances by outcome. */
const outcomeMetric = {
  spared: 'InstancesSpared',
  terminated: 'InstancesTerminated',
  'would-terminate': 'InstancesWouldTerminate',
  'already-gone': 'InstancesAlreadyGone',
  deferred: 'InstancesDeferred',
  failed: 'InstancesFailed',
} as const satisfies Record<Outcome['outcome'], string>;

/** Failed instances by reason. */
const failureMetric = {
  'not-visible': 'FailuresNotVisible',
  unreadable: 'FailuresUnreadable',
  protected: 'FailuresProtected',
  denied: 'FailuresDenied',
  refused: 'FailuresRefused',
  'not-terminated': 'FailuresNotTerminated',
} as const satisfies Record<Extract<Outcome, { outcome: 'failed' }>['reason'], string>;

/** Begins the telemetry of one invocation. The event is logged at level debug alone: it holds user data. */
export function reportEvent(event: unknown, context: Context): void {
  safely(() => {
    logger.addContext(context);
    if (showsEvents) logger.debug('event received', { event });
  });
}

export function reportInvalidEvent(error: Error): void {
  safely(() => {
    logger.error('event invalid', error);
    metrics.addMetric('EventsInvalid', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  });
}

export function reportIgnoredEvent({ reason }: IgnoredEvent): void {
  safely(() => {
    logger.info('event ignored', { reason });
    metrics.addMetric('EventsIgnored', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  });
}

/**
 * One log line for each instance; counts of launches, outcomes and failures; and the seconds from the launch to now,
 * when nothing is left open.
 *
 * @param now epoch milliseconds
 */
export function reportSettlement({ kind, source }: Launch, settlement: Settlement, now: number): void {
  safely(() => {
    const { launchedAt, ...launch } = source;
    switch (settlement.kind) {
      case 'settled':
        break;
      case 'spared-whole':
        logger.info('launch spared', { reason: settlement.reason, ...launch });
        break;
      case 'incomplete':
        logger.error('launch incomplete', { ...settlement.incomplete, ...launch });
        metrics.addMetric('LaunchesIncomplete', MetricUnit.Count, 1);
        break;
    }
    const counts = new Map<string, number>();
    const count = (name: string): unknown => counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const outcome of settlement.outcomes) {
      if (isUnsettled(outcome)) logger.error('instance unsettled', { ...outcome, ...launch });
      else logger.info('instance settled', { ...outcome, ...launch });
      count(outcomeMetric[outcome.outcome]);
      if (outcome.outcome === 'failed') count(failureMetric[outcome.reason]);
    }

    metrics.addMetric(kind === 'listed' ? 'LaunchesListed' : 'LaunchesUnlisted', MetricUnit.Count, 1);
    for (const [name, number] of counts) metrics.addMetric(name, MetricUnit.Count, number);
    if (
      launchedAt !== undefined &&
      settlement.kind !== 'incomplete' &&
      !settlement.outcomes.some(isUnsettled)
    ) {
      metrics.addMetric('SecondsToSettlement', MetricUnit.Seconds, Math.max(0, (now - launchedAt) / 1000));
    }
    metrics.publishStoredMetrics();
  });
}

/** Whether people were told. A notice that failed is for people to see, and changes nothing else. */
export function reportNotification({ source }: Launch, { delivery, instances }: Notification): void {
  safely(() => {
    const { launcher, account, region, reservationId, eventId } = source;
    const about = { instances, launcher, account, region, reservationId, eventId };
    const sent = delivery.kind === 'accepted';
    if (sent) logger.info('notice sent', about);
    else logger.error('notice failed', { ...delivery, ...about });
    metrics.addMetric(sent ? 'NoticesSent' : 'NoticesFailed', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  });
}

/** What cannot be reported must not change what is done: Node.js prints the warning where the log goes. */
function safely(report: () => void): void {
  try {
    report();
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}
