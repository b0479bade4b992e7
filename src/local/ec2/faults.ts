import * as v from 'valibot';
import type { Clock } from '../../enforcer/clock.ts';
import type { InstanceId } from '../../enforcer/launch.ts';
import { faultSchema, type CheckedFault, type Fault, type FaultOf } from './fault.ts';

interface Pending {
  readonly fault: CheckedFault;
  /** Epoch milliseconds. */
  readonly until: number;
  left: number;
}

/** The faults that are switched on. To take one is to be struck by it: that uses it up by one. */
export class Faults {
  readonly #clock: Pick<Clock, 'now'>;
  #pending: readonly Pending[] = [];

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** @throws ValiError when a fault is not of the schema */
  add(...faults: readonly Fault[]): void {
    const added = v.parse(v.array(faultSchema), faults).map((fault) => {
      const lasting = fault.kind === 'hide' ? fault.milliseconds : undefined;
      const until = lasting === undefined ? Infinity : this.#clock.now() + lasting;
      return { fault, until, left: fault.times ?? Infinity };
    });
    this.#pending = [...this.#pending, ...added];
  }

  clear(): void {
    this.#pending = [];
  }

  /** Milliseconds that the call takes longer. */
  takeLatency(action: string): number {
    const [milliseconds = 0] = this.#take(
      (fault) => (fault.kind === 'latency' && fault.action === action ? fault.milliseconds : undefined),
      1,
    );
    return milliseconds;
  }

  takeReset(action: string, when: 'before' | 'after'): boolean {
    const strikes = (fault: CheckedFault): true | undefined =>
      (fault.kind === 'reset' && fault.action === action && fault.when === when) || undefined;
    return this.#take(strikes, 1).length > 0;
  }

  takeError(action: string): FaultOf<'error'>['code'] | undefined {
    return this.#take(
      (fault) => (fault.kind === 'error' && fault.action === action ? fault.code : undefined),
      1,
    )[0];
  }

  /** Which of these instances the call must not know. */
  takeHidden(action: string, ids: ReadonlySet<InstanceId>): ReadonlySet<InstanceId> {
    return this.#takeIds((fault) =>
      fault.kind === 'hide' && fault.action === action ? struck(fault.instanceIds, ids) : undefined,
    );
  }

  /** Which of these instances a terminate call must pass over. */
  takeOverlooked(ids: ReadonlySet<InstanceId>): ReadonlySet<InstanceId> {
    return this.#takeIds((fault) => (fault.kind === 'overlook' ? struck(fault.instanceIds, ids) : undefined));
  }

  /** Instances to add to the answer of the call. */
  takeStrays(action: string): ReadonlySet<InstanceId> {
    return this.#takeIds((fault) =>
      fault.kind === 'stray' && fault.action === action ? fault.instanceIds : undefined,
    );
  }

  /** The instance for whose sake a terminate call is refused, and how. */
  takeRefusal(
    ids: ReadonlySet<InstanceId>,
  ): { readonly instanceId: InstanceId; readonly code: FaultOf<'refuse'>['code'] } | undefined {
    const strikes = (fault: CheckedFault) => {
      if (fault.kind !== 'refuse') return undefined;
      const [instanceId] = struck(fault.instanceIds, ids) ?? [];
      return instanceId === undefined ? undefined : { instanceId, code: fault.code };
    };
    return this.#take(strikes, 1)[0];
  }

  #takeIds(strikes: (fault: CheckedFault) => readonly InstanceId[] | undefined): ReadonlySet<InstanceId> {
    return new Set(this.#take(strikes, Infinity).flat());
  }

  #take<Blow>(strikes: (fault: CheckedFault) => Blow | undefined, most: number): readonly Blow[] {
    if (this.#pending.length === 0) return [];
    const now = this.#clock.now();
    const active = this.#pending.filter(({ until }) => until > now);
    const blows: Blow[] = [];
    for (const pending of active) {
      if (blows.length === most) break;
      const blow = strikes(pending.fault);
      if (blow === undefined) continue;
      pending.left--;
      blows.push(blow);
    }
    this.#pending = active.filter(({ left }) => left > 0);
    return blows;
  }
}

function struck(
  ofFault: readonly InstanceId[],
  ofCall: ReadonlySet<InstanceId>,
): readonly InstanceId[] | undefined {
  const both = ofFault.filter((id) => ofCall.has(id));
  return both.length === 0 ? undefined : both;
}
