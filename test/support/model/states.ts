import type { Run } from './run-schedule.ts';

/** The states that a run reached, by name: a model that does not reach them proves nothing about them. */
export function statesOf({ fleet, deliveries, schedule }: Run): ReadonlySet<string> {
  const attempts = deliveries.flatMap((delivery) => delivery.attempts);
  const outcomes = attempts.flatMap(({ settlement }) => settlement.outcomes);
  const states = new Set<string>(outcomes.map(({ outcome, reason }) => `${outcome} ${reason}`));
  for (const refusal of fleet.refusals) states.add(`EC2 refused: ${refusal}`);
  for (const { settlement, watched } of attempts) {
    states.add(settlement.kind);
    if (settlement.kind === 'incomplete') states.add(`incomplete ${settlement.incomplete.reason}`);
    if (watched.divided > 0) states.add('a refused call was divided');
    if (watched.late.size > 0) states.add('an instance showed up late');
    const asked = new Set(watched.asks.map(({ instanceId }) => instanceId));
    if (settlement.outcomes.some(({ instanceId, reason }) => reason === 'named' && asked.has(instanceId))) {
      states.add('a name came between reading and killing');
    }
  }
  if (schedule.outages.length > 0 && deliveries.some(({ last }) => last.error === undefined))
    states.add('an outage was survived');
  if (schedule.outages.length > 0 && deliveries.some(({ last }) => last.error !== undefined))
    states.add('an outage was too long');
  if (deliveries.some(({ attempts: { length }, last }) => length > 1 && last.error === undefined)) {
    states.add('a retry settled it');
  }
  if (deliveries.some(({ last }) => last.error !== undefined)) states.add('a dead letter');
  if (schedule.launches.some(({ deliveredAfter }) => deliveredAfter.length > 1)) states.add('a duplicate');
  return states;
}
