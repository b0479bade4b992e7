import * as v from 'valibot';
import { parse } from '../enforcer/parse.ts';

/** What `Pause` is asked for. */
export type PauseRequest =
  | { readonly kind: 'pause'; readonly reason: string }
  | { readonly kind: 'resume'; readonly reason: string }
  /** The stack was deployed, which may have resumed what is paused. */
  | { readonly kind: 'deployed' }
  /** An alarm that is over resumes nothing: a person does. */
  | { readonly kind: 'nothing' };

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
const Alarm = v.object({
  alarmData: v.object({
    alarmName: v.string(),
    state: v.object({ value: v.string(), reason: v.optional(v.string(), '') }),
  }),
});

/** By a person, for example by the operators' tool; the reason is for other people. */
const ByHand = v.object({
  action: v.picklist(['pause', 'resume']),
  reason: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(4_000)),
});

/** What tells the forms apart. */
const Form = v.object({
  alarmData: v.optional(v.unknown()),
  'detail-type': v.optional(v.unknown()),
});

/**
 * Reads the event that `Pause` is invoked with: a state change of the kill storm alarm, a deployment of the stack as
 * EventBridge tells it, or `{"action": "pause" | "resume", "reason": "..."}` with 1 to 4,000 characters.
 *
 * @throws InvalidEventError when it is none of these
 */
export function readPauseRequest(event: unknown): PauseRequest {
  const form = parse(Form, event);
  if (form['detail-type'] === 'CloudFormation Stack Status Change') return { kind: 'deployed' };
  if (form.alarmData !== undefined) {
    const { alarmName, state } = parse(Alarm, event).alarmData;
    if (state.value !== 'ALARM') return { kind: 'nothing' };
    return { kind: 'pause', reason: `alarm ${alarmName}: ${state.reason}` };
  }
  const { action, reason } = parse(ByHand, event);
  return { kind: action, reason };
}
