import * as v from 'valibot';

/** What the operators' `doctor` sends. EventBridge and SQS have no such member. */
const Probe = v.object({ probe: v.unknown() });

/** Whether an event asks of nothing but whether EC2 answers. */
export function isProbe(event: unknown): event is v.InferOutput<typeof Probe> {
  return v.is(Probe, event);
}
