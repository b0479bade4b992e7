import * as v from 'valibot';
import { vi } from 'vitest';
import { type Outcome, outcomeKinds } from '../../src/enforcer/outcome.ts';
import { idOf, listed, unlisted } from './launches.ts';

export const TelemetryLine = v.record(v.string(), v.unknown());
export type TelemetryLine = v.InferOutput<typeof TelemetryLine>;

/** Every line that the function's telemetry can write, log lines and metrics, when all of it happens. */
export async function telemetryOutput(): Promise<TelemetryLine[]> {
  // Powertools writes to the global console, where a test can see it, in development alone.
  vi.stubEnv('STACK_NAME', 'example');
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  const written: string[] = [];
  for (const method of ['log', 'info', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line: unknown) => void written.push(String(line)));
  }
  vi.resetModules();
  const telemetry = await import('../../src/functions/telemetry.ts');

  const launch = listed(idOf(1));
  telemetry.reportInvalidEvent(new Error('no event'));
  telemetry.reportIgnoredEvent({ kind: 'ignored', reason: 'failed-call' });
  telemetry.reportSettlement(launch, { kind: 'settled', outcomes: [outcomeOf('spared')] }, Date.now());
  telemetry.reportSettlement(
    unlisted(),
    { kind: 'incomplete', incomplete: { reason: 'not-found', found: 0 }, outcomes: everyOutcome() },
    Date.now(),
  );
  telemetry.reportNotification(launch, { delivery: { kind: 'accepted' }, instances: 1 });
  const delivery = { kind: 'call-failed', detail: 'denied' } as const;
  telemetry.reportNotification(launch, { delivery, instances: 1 });

  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  return written.map((line) => v.parse(TelemetryLine, JSON.parse(line)));
}

const failures = ['not-visible', 'unreadable', 'protected', 'denied', 'refused', 'not-terminated'] as const;

function everyOutcome(): Outcome[] {
  const failed = failures.map((reason): Outcome => ({
    instanceId: idOf(1),
    outcome: 'failed',
    reason,
    detail: 'EC2 said so',
  }));
  return [...outcomeKinds.map(outcomeOf), ...failed];
}

function outcomeOf(outcome: Outcome['outcome']): Outcome {
  const instanceId = idOf(1);
  switch (outcome) {
    case 'spared':
      return { instanceId, outcome, reason: 'named' };
    case 'terminated':
    case 'would-terminate':
      return { instanceId, outcome, reason: 'no-name-tag' };
    case 'already-gone':
      return { instanceId, outcome, reason: 'terminated' };
    case 'deferred':
      return { instanceId, outcome, reason: 'out-of-time' };
    case 'failed':
      return { instanceId, outcome, reason: 'protected' };
  }
}
