import { backoff } from '../enforcer/backoff.ts';
import type { Clock } from '../enforcer/clock.ts';
import type { CallFailed, OutOfTime } from '../enforcer/fleet.ts';
import type { InstanceId, LaunchSource } from '../enforcer/launch.ts';
import type { Outcome } from '../enforcer/outcome.ts';

/** An instance that this try at its launch terminated, or in report mode would have. */
export type TerminatedOutcome = Extract<Outcome, { outcome: 'terminated' | 'would-terminate' }>;

/** What a notice is written of. */
export interface NoticeContent {
  readonly source: LaunchSource;
  /** One or more. */
  readonly instances: readonly TerminatedOutcome[];
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The port to those who want to know. */
export interface EventBus {
  /**
   * Puts one notice on the bus. It answers, always, and ends by the deadline, in epoch milliseconds; it rejects for a
   * defect alone.
   */
  put(content: NoticeContent, deadline: number): Promise<Delivery>;
}

/** Of a call that failed or ran out of time nobody knows for certain whether the bus took the notice. */
export type Delivery = { readonly kind: 'accepted' } | CallFailed | OutOfTime;

/** What came of telling people about one launch. */
export interface Notification {
  readonly delivery: Delivery;
  readonly instances: number;
}

export interface Notifier {
  /**
   * @param at when the instances were settled, in epoch milliseconds
   * @param deadline by when it has ended, in epoch milliseconds
   * @returns undefined when there was nothing to tell
   */
  notify(
    source: LaunchSource,
    outcomes: readonly Outcome[],
    at: number,
    deadline: number,
  ): Promise<Notification | undefined>;
}

/** Instances that are remembered as told of; the oldest are forgotten first. */
const REMEMBERED = 10_000;

/**
 * Tells people once of each instance. Of an instance that was terminated, the next try at the same event says
 * `already-gone`, which is no kill of that try. In report mode each try finds it again: this one remembers those that
 * it told of, for as long as the function stays warm.
 *
 * It answers, whatever happens: a notice never changes what became of an instance.
 */
export function createNotifier(bus: EventBus, clock: Clock): Notifier {
  const told = new Set<InstanceId>();
  return {
    async notify(source, outcomes, at, deadline) {
      const instances = outcomes.filter(isTerminated).filter(({ instanceId }) => !told.has(instanceId));
      if (instances.length === 0) return undefined;
      const delivery = await putOnBus({ source, instances, at }, deadline);
      if (delivery.kind === 'accepted') remember(instances);
      return { delivery, instances: instances.length };
    },
  };

  async function putOnBus(content: NoticeContent, deadline: number): Promise<Delivery> {
    for (let round = 1; ; round++) {
      const delivery = await bus.put(content, deadline).catch((error: unknown): Delivery => ({
        kind: 'call-failed',
        transient: false,
        detail: String(error),
      }));
      if (delivery.kind !== 'call-failed' || !delivery.transient) return delivery;
      if (!(await backoff(round, clock, deadline))) return delivery;
    }
  }

  function remember(instances: readonly TerminatedOutcome[]): void {
    for (const { instanceId } of instances) told.add(instanceId);
    for (const oldest of told) {
      if (told.size <= REMEMBERED) break;
      told.delete(oldest);
    }
  }
}

function isTerminated(outcome: Outcome): outcome is TerminatedOutcome {
  return outcome.outcome === 'terminated' || outcome.outcome === 'would-terminate';
}
