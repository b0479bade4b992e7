import { backoff } from '../enforcer/backoff.ts';
import type { Clock } from '../enforcer/clock.ts';
import type { LaunchSource } from '../enforcer/launch.ts';
import type { Outcome } from '../enforcer/outcome.ts';
import type { Delivery } from '../enforcer/queue.ts';

/**
 * What people are told of: a kill, one that report mode left out, one that is to come, or one that is left out since the
 * group launches again; and a name that was given.
 */
export type ToldOutcome =
  | Extract<Outcome, { outcome: 'terminated' | 'would-terminate' | 'postponed' | 'named' }>
  | (Extract<Outcome, { outcome: 'failed' }> & { readonly reason: 'relaunched' });

/** What a notice is written of. */
export interface NoticeContent {
  readonly source: LaunchSource;
  /** One or more, with the same outcome. */
  readonly instances: readonly ToldOutcome[];
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

/** What came of telling people about one launch. */
export interface Notification {
  /** Whose event bus it was for; undefined: the stack's own. */
  readonly bus?: 'member';
  readonly delivery: Delivery;
  readonly instances: number;
}

export interface Notifier {
  /**
   * @param at when the instances were settled, in epoch milliseconds
   * @param deadline by when it has ended, in epoch milliseconds
   * @returns one for each notice; none when there was nothing to tell
   */
  notify(
    source: LaunchSource,
    outcomes: readonly Outcome[],
    at: number,
    deadline: number,
  ): Promise<Notification[]>;
}

/** How many are remembered as told of; the oldest are forgotten first. */
const REMEMBERED = 10_000;

/**
 * Tells people once of each instance. Of an instance that was terminated, the next try at the same event says
 * `already-gone`, which is no kill of that try. In report mode each try finds it again: this one remembers those that
 * it told of, for as long as the function stays warm.
 *
 * It answers, whatever happens: a notice never changes what became of an instance.
 *
 * @param maxRounds how often the bus is asked to take one notice; until the deadline, if not said
 */
export function createNotifier(bus: EventBus, clock: Clock, maxRounds = Infinity): Notifier {
  const told = new Set<string>();
  return {
    async notify(source, outcomes, at, deadline) {
      const news = outcomes.filter(isTold).filter((one) => !told.has(keyOf(one)));
      return Promise.all(
        [...Map.groupBy(news, topicOf).values()].map(async (instances) =>
          tell({ source, instances, at }, deadline),
        ),
      );
    },
  };

  async function tell(content: NoticeContent, deadline: number): Promise<Notification> {
    const delivery = await putOnBus(content, deadline);
    if (delivery.kind === 'accepted') remember(content.instances);
    return { delivery, instances: content.instances.length };
  }

  async function putOnBus(content: NoticeContent, deadline: number): Promise<Delivery> {
    for (let round = 1; ; round++) {
      const delivery = await bus.put(content, deadline).catch((error: unknown): Delivery => ({
        kind: 'call-failed',
        transient: false,
        detail: String(error),
      }));
      if (delivery.kind !== 'call-failed' || !delivery.transient || round >= maxRounds) return delivery;
      if (!(await backoff(round, clock, deadline))) return delivery;
    }
  }

  function remember(instances: readonly ToldOutcome[]): void {
    for (const instance of instances) told.add(keyOf(instance));
    for (const oldest of told) {
      if (told.size <= REMEMBERED) break;
      told.delete(oldest);
    }
  }
}

/** What one notice is about: each group that launches again has its own command. */
function topicOf({ outcome, group }: ToldOutcome): string {
  return outcome === 'failed' ? `${outcome} ${group?.kind} ${group?.name}` : outcome;
}

/** Whoever was warned of a kill is told of it as well. */
function keyOf({ instanceId, outcome }: ToldOutcome): string {
  return `${instanceId} ${outcome}`;
}

function isTold(outcome: Outcome): outcome is ToldOutcome {
  switch (outcome.outcome) {
    case 'terminated':
    case 'would-terminate':
    case 'postponed':
    case 'named':
      return true;
    case 'failed':
      return outcome.reason === 'relaunched';
    case 'spared':
    case 'already-gone':
    case 'deferred':
      return false;
  }
}
