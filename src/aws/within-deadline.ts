import type { CallFailed, OutOfTime } from '../enforcer/fleet.ts';
import { describeFailure } from './ec2-answers.ts';

/**
 * Makes a call that ends by the deadline, and turns its failure into an answer.
 *
 * @param deadline epoch milliseconds
 */
export async function within<T>(
  deadline: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T | CallFailed | OutOfTime> {
  const timeLeft = Math.floor(deadline - Date.now());
  if (timeLeft <= 0) return { kind: 'out-of-time' };
  const signal = AbortSignal.timeout(timeLeft);
  try {
    return await call(signal);
  } catch (error) {
    if (signal.aborted) return { kind: 'out-of-time' };
    return { kind: 'call-failed', detail: describeFailure(error) };
  }
}
