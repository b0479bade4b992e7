import * as v from 'valibot';

const Line = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    message: v.picklist(['instance settled', 'instance unsettled']),
    instanceId: v.string(),
    outcome: v.string(),
    reason: v.string(),
  }),
);

/** An instance's outcome as the function logged it. */
export type LoggedOutcome = Omit<v.InferOutput<typeof Line>, 'message'>;

/**
 * The outcomes among the log lines of one invocation. Unlike the answer they are there when the handler throws, and
 * for every instance: those that were settled before it threw as well.
 */
export function loggedOutcomes(log: readonly string[]): LoggedOutcome[] {
  return log.flatMap((line) => {
    const parsed = v.safeParse(Line, line);
    if (!parsed.success) return [];
    const { instanceId, outcome, reason } = parsed.output;
    return [{ instanceId, outcome, reason }];
  });
}
