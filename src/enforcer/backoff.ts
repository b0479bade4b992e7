import type { Clock } from './clock.ts';

const FIRST_WAIT = 200;
const LONGEST_WAIT = 5_000;

/**
 * Waits before EC2 is asked again for what it does not show yet: 200 ms at first, doubled each time up to 5 s, less
 * a random part of up to half, so that launches of the same moment do not ask in step.
 * https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
 *
 * @param round 1 for the first wait
 * @param deadline epoch milliseconds
 * @returns false, at once, when the wait would not end before the deadline
 */
export async function backoff(round: number, clock: Clock, deadline: number): Promise<boolean> {
  const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (round - 1));
  const wait = Math.round(longest * (1 - clock.random() / 2));
  if (clock.now() + wait >= deadline) return false;
  await clock.sleep(wait);
  return true;
}
