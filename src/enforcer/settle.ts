import { afterNaming, afterRelaunchCheck, afterTermination } from './after-acting.ts';
import { afterReading } from './after-reading.ts';
import { backoff } from './backoff.ts';
import { checkRelaunches } from './check-relaunches.ts';
import type { Enforcement } from './enforcement.ts';
import { nameInstances } from './name-instances.ts';
import { giveUp } from './open-instance.ts';
import type { InstanceToSettle, OpenInstance, Step } from './open-instance.ts';
import type { Outcome } from './outcome.ts';
import { readLiveTags } from './read-live-tags.ts';
import { terminate } from './terminate.ts';

/**
 * Settles instances by their live tags: spares what is named or exempt, terminates or names what is nameless, and says what
 * happened to each and why. Every way in ends here. To settle an instance twice is always safe.
 *
 * Round by round: read the live tags of what is open, act on the nameless at once, and ask again about the rest while there
 * is time: what EC2 does not show yet, and what it failed to answer. None holds up the others. After a call without an
 * answer, and after a name was given, the tags are read again.
 *
 * @returns one outcome for each instance, in no order
 */
export async function settle(
  instances: readonly InstanceToSettle[],
  enforcement: Enforcement,
): Promise<Outcome[]> {
  const { fleet, clock, deadline, maxRounds = Infinity } = enforcement;
  const settled: Outcome[] = [];
  let open = instances.map((instance): OpenInstance => ({ ...instance, because: 'unread' }));
  for (let round = 1; open.length > 0; round++) {
    const read = (await readLiveTags(open, fleet, deadline)).map(([instance, reading]) =>
      afterReading(instance, reading, clock.now(), enforcement),
    );
    const { outcomes, left, acted } = await act(read, enforcement);
    settled.push(...outcomes);
    open = left;
    // What was named, or denied and may have its name by now, is read at once. All else needs time to change.
    const waits = open.length > 0 && round < maxRounds;
    const again = acted || (waits && (await backoff(round, clock, deadline)));
    if (!again) break;
  }
  return [...settled, ...open.map(giveUp)];
}

interface Acted {
  readonly outcomes: readonly Outcome[];
  readonly left: OpenInstance[];
  /** Whether something was done whose effect is to be read at once. */
  readonly acted: boolean;
}

async function act(read: readonly Step[], enforcement: Enforcement): Promise<Acted> {
  const members = read.flatMap((step) => (step.do === 'check-relaunches' ? [step.nameless] : []));
  const checked = await checkRelaunches(members, enforcement);
  const steps = [...read, ...checked.map(([member, check]) => afterRelaunchCheck(member, check))];
  const toTerminate = steps.flatMap((step) => (step.do === 'terminate' ? [step.nameless] : []));
  const toName = steps.flatMap((step) => (step.do === 'name' ? [step.nameless] : []));
  const terminated = await terminate(toTerminate, enforcement);
  const named = await nameInstances(toName, enforcement);
  const after = [
    ...steps,
    ...terminated.map(([nameless, termination]) => afterTermination(nameless, termination)),
    ...named.map(([nameless, naming]) => afterNaming(nameless, naming)),
  ];
  return {
    outcomes: after.flatMap((step) => (step.do === 'record' ? [step.outcome] : [])),
    left: after.flatMap((step) => (step.do === 'ask-again' ? [step.open] : [])),
    acted:
      terminated.some(([, { kind }]) => kind === 'denied') ||
      named.some(([{ isAgain }, { kind }]) => kind === 'named' || (kind === 'denied' && !isAgain)),
  };
}
