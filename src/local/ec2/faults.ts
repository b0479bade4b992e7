import type { InstanceId } from '../../enforcer/launch.ts';

/** What can be made to go wrong: so many times, or without `times` for good. */
export type Fault = { readonly times?: number } & (
  | {
      /** The call is refused and has no effect: throttled, or failed on EC2's side. */
      readonly kind: 'error';
      readonly action: string;
      readonly code: keyof typeof failures;
    }
  | {
      /** The connection is reset before the call takes effect, or after it and before the answer. */
      readonly kind: 'reset';
      readonly action: string;
      readonly when: 'before' | 'after';
    }
  | {
      /** The call takes so much longer. */
      readonly kind: 'latency';
      readonly action: string;
      readonly milliseconds: number;
    }
  | InstancesFault<'hide'>
  | InstancesFault<'stray'>
  | InstancesFault<'refuse'>
  | InstancesFault<'overlook'>
);

/**
 * A fault of certain instances:
 * - `hide`: `DescribeInstances` does not show them, as right after a launch
 * - `stray`: its answer holds them too, though nobody asked for them
 * - `refuse`: a terminate call with one of them is refused, whole
 * - `overlook`: a terminate call succeeds, but neither terminates them nor lists them in its answer
 */
interface InstancesFault<Kind> {
  readonly kind: Kind;
  readonly instanceIds: readonly InstanceId[];
}
type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
export const failures = {
  RequestLimitExceeded: { status: 503, message: 'Request limit exceeded.' },
  InternalError: { status: 500, message: 'An internal error has occurred' },
  Unavailable: { status: 503, message: 'The service is unavailable. Please try again shortly.' },
} as const;

/** The faults that are switched on. */
export class Faults {
  #pending: { readonly fault: Fault; left: number }[] = [];

  add(...faults: readonly Fault[]): void {
    this.#pending.push(...faults.map((fault) => ({ fault, left: fault.times ?? Infinity })));
  }

  clear(): void {
    this.#pending = [];
  }

  /** The first fault of this kind that the call meets, which uses it up by one. */
  take<Kind extends Fault['kind']>(
    kind: Kind,
    meets: (fault: FaultOf<Kind>) => boolean,
  ): FaultOf<Kind> | undefined {
    for (const pending of this.#pending) {
      const { fault } = pending;
      if (pending.left === 0 || !isOf(kind, fault) || !meets(fault)) continue;
      pending.left--;
      return fault;
    }
    return undefined;
  }

  /** Those of a call's instances that the first fault of this kind is about; it is used up only if there are any. */
  takeInstances(kind: 'hide' | 'refuse' | 'overlook', ofCall: ReadonlySet<InstanceId>): Set<InstanceId> {
    const fault = this.take(kind, ({ instanceIds }) => instanceIds.some((id) => ofCall.has(id)));
    return new Set(fault?.instanceIds.filter((id) => ofCall.has(id)));
  }
}

function isOf<Kind extends Fault['kind']>(kind: Kind, fault: Fault): fault is FaultOf<Kind> {
  return fault.kind === kind;
}
