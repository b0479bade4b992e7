import type { InstanceId } from './launch.ts';
import type { Incomplete } from './settlement-errors.ts';
import type { ServiceGroup } from './service-group.ts';

/**
 * The last line of an error's message, as JSON, for programs: Lambda hands on no more of an error than its message.
 * All else in a message is for people, and may change.
 */
export interface Failure {
  readonly error:
    | 'InvalidEventError'
    | 'ForeignLaunchError'
    | 'UnlistedLaunchError'
    | 'UnsettledInstancesError';
  /** Why the instances of the launch could not all be found. */
  readonly incomplete?: Incomplete['reason'];
  /** Ids of the instances that are not settled, by reason. */
  readonly unsettled?: Readonly<Record<string, readonly InstanceId[]>>;
  /** Ids of the instances that were terminated: who sends the launch again is told of it by this alone. */
  readonly terminated?: readonly InstanceId[];
  /** What launches again what is terminated. */
  readonly groups?: readonly ServiceGroup[];
}

/** An event or message is not of the form that the function is made for. Trying again does not help. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError';
  /** What it can be searched for by, as in all errors here: attribute `reasons` of a dead letter. */
  readonly reasons: readonly string[] = ['invalid-event'];
  /** Where in the event, as `detail.responseElements.instancesSet.items.0.instanceId`; `event` for the whole. */
  readonly path: string;

  constructor(found: { path: string; expected: string; received: string }, options?: ErrorOptions) {
    super(
      `Expected \`${found.path}\` to be ${found.expected}, got ${shorten(found.received, 120)}. ` +
        'Send it as AWS delivers it; nothing was terminated.' +
        lineOf({ error: 'InvalidEventError' }),
      options,
    );
    this.path = found.path;
  }
}

/** The last line of a message. */
export function lineOf(failure: Failure): string {
  return `\n${JSON.stringify(failure)}`;
}

function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}...`;
}
