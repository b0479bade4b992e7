import { readTrails } from '../aws/cloudtrail-trails.ts';
import type { Connection } from '../aws/connection.ts';
import { explainFailure } from '../explain-failure.ts';
import type { Stack } from '../stack.ts';
import { stackParts } from '../stack-parts.ts';
import { expectsTrail } from './signal-check.ts';
import { fail, ok, warn, type Check, type CheckResult } from './check.ts';

/**
 * EventBridge gets API calls from trails alone, not from CloudTrail's event history:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function trailCheck(connection: Connection, stack: Stack): Check {
  return {
    name: 'A trail logs launches',
    async look() {
      const result = judgeTrails(await readTrails(connection));
      return hasStarts(stack) && result.status === 'fail' && !expectsTrail(stack)
        ? withoutTrail(result)
        : result;
    },
  };
}

function hasStarts(stack: Stack): boolean {
  return stackParts(stack).secondLook !== undefined;
}

/** What is no fault where the stack is set to do without launch events. */
export function withoutTrail({ found }: CheckResult): CheckResult {
  return ok(
    `${found}. HasTrail=false says so: starts tell of instances, a minute or two later, without a launcher`,
  );
}

export function judgeTrails(trails: Awaited<ReturnType<typeof readTrails>>): CheckResult {
  const readable = trails.filter((trail) => 'name' in trail);
  const logging = readable.filter(({ logging: isLogging }) => isLogging);
  const whole = logging.find(({ logsLaunches }) => logsLaunches === 'all');
  if (whole !== undefined) return ok(`${whole.name} logs management write events here`);

  const partial = logging.find(({ logsLaunches }) => logsLaunches === 'some');
  if (partial !== undefined) {
    return warn(
      `${partial.name} logs some management events and filters by fields that differ from launch to launch`,
      `See its selectors: aws cloudtrail get-event-selectors --trail-name ${partial.arn}`,
    );
  }
  const unreadable = trails.find((trail) => 'error' in trail);
  if (unreadable !== undefined) {
    const why = explainFailure(unreadable.error) ?? String(unreadable.error);
    return { status: 'unknown', found: `${unreadable.arn} could not be looked into: ${why}` };
  }
  const stopped = readable.find(({ logsLaunches }) => logsLaunches !== 'none');
  if (stopped !== undefined) {
    return fail(
      `${stopped.name} would log launches, but its logging is switched off, so EventBridge is notified of none`,
      `Switch it on: aws cloudtrail start-logging --name ${stopped.arn}`,
    );
  }
  return fail(
    `Of ${trails.length} trails of this region none logs management write events, so EventBridge is notified of no launch`,
    'Deploy with CreateTrail=true (or with HasTrail=false, to do without launch events), or let a trail log management events: ' +
      'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html',
  );
}
