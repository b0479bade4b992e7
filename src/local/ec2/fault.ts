import * as v from 'valibot';

const actionName = v.pipe(
  v.string(),
  v.regex(/^[A-Z][A-Za-z]+$/, 'an action of EC2, for example DescribeInstances'),
);
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const someIds = v.pipe(v.array(v.string()), v.minLength(1));

/** How often a fault strikes; without it, for good. It is used up only by calls on which it has an effect. */
const times = v.optional(positive);

/** What can be made to go wrong. `npm run local:ec2` takes the same over HTTP: `POST /_faults`. */
export const faultSchema = v.variant('kind', [
  /** The call is refused and has no effect: throttled (`RequestLimitExceeded`) or failed on EC2's side. */
  v.strictObject({
    kind: v.literal('error'),
    action: actionName,
    code: v.picklist(['RequestLimitExceeded', 'InternalError', 'Unavailable']),
    times,
  }),
  /** The connection is reset before the call takes effect, or after it and before the answer. */
  v.strictObject({
    kind: v.literal('reset'),
    action: actionName,
    when: v.optional(v.picklist(['before', 'after']), 'before'),
    times,
  }),
  /** The call takes so much longer. */
  v.strictObject({ kind: v.literal('latency'), action: actionName, milliseconds: positive, times }),
  /** The call does not know these instances, as right after a launch; for so many milliseconds, if given. */
  v.strictObject({
    kind: v.literal('hide'),
    action: v.picklist(['DescribeInstances', 'TerminateInstances']),
    instanceIds: someIds,
    times,
    milliseconds: v.optional(positive),
  }),
  /** A terminate call with one of these instances is refused, whole. */
  v.strictObject({
    kind: v.literal('refuse'),
    instanceIds: someIds,
    code: v.optional(v.picklist(['UnauthorizedOperation', 'UnsupportedOperation']), 'UnauthorizedOperation'),
    times,
  }),
  /** The answer holds these instances too, though nobody asked for them. */
  v.strictObject({
    kind: v.literal('stray'),
    action: v.picklist(['DescribeInstances', 'TerminateInstances']),
    instanceIds: someIds,
    times,
  }),
  /** A terminate call succeeds, but neither terminates these instances nor lists them in its answer. */
  v.strictObject({ kind: v.literal('overlook'), instanceIds: someIds, times }),
]);

/** A fault as one writes it. */
export type Fault = v.InferInput<typeof faultSchema>;
/** A fault with every default filled in. */
export type CheckedFault = v.InferOutput<typeof faultSchema>;
export type FaultOf<Kind extends CheckedFault['kind']> = Extract<CheckedFault, { kind: Kind }>;
