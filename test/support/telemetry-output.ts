import * as v from 'valibot';
import { vi } from 'vitest';
import { type Outcome, outcomeKinds, unsettledReasons } from '../../src/enforcer/outcome.ts';
import { Telemetry } from '../../src/functions/telemetry.ts';
import { idOf, listed, source, unlisted } from './launches.ts';
import { catchStandardOutput } from './standard-output.ts';

export const TelemetryLine = v.record(v.string(), v.unknown());
export type TelemetryLine = v.InferOutput<typeof TelemetryLine>;

/** Every line that the function's telemetry can write, log lines and metrics, when all of it happens. */
export function telemetryOutput(): TelemetryLine[] {
  const written: string[] = [];
  catchStandardOutput((line) => written.push(line));
  const telemetry = new Telemetry('example');
  telemetry.reportEvent({}, { awsRequestId: '8e6d6d0d-0a6c-4e0a-8a0c-1f6d6c0f8a11' });

  const launch = listed(idOf(1));
  const home = { account: '999988887777', region: 'eu-west-1' };
  telemetry.reportSettlement(launch, { kind: 'foreign', home, outcomes: [] }, Date.now());
  telemetry.reportInvalidEvent(new Error('no event'));
  telemetry.reportIgnoredEvent({ reason: 'failed-call' });
  telemetry.reportSettlement(launch, { kind: 'settled', outcomes: [outcomeOf('spared')] }, Date.now());
  telemetry.reportSettlement(
    unlisted(),
    {
      kind: 'incomplete',
      incomplete: { reason: 'not-found', expected: 1, found: 0 },
      outcomes: everyOutcome(),
    },
    Date.now(),
  );
  telemetry.reportNotification(source, { delivery: { kind: 'accepted' }, instances: 1 });
  telemetry.reportSwitch('paused', 'alarm rang');
  telemetry.reportSwitch('resumed', 'all is well');
  const delivery = { kind: 'call-failed', transient: false, detail: 'denied' } as const;
  telemetry.reportNotification(source, { bus: 'member', delivery, instances: 1 });
  const started = { kind: 'started', instanceId: idOf(1), startedAt: Date.now(), source } as const;
  telemetry.reportSecondLooks(
    [{ message: started, isStart: true, source, settlement: { kind: 'settled', outcomes: everyOutcome() } }],
    1,
    Date.now(),
  );

  telemetry.reportRefused(['AccessDenied: no']);

  vi.restoreAllMocks();
  return written.map((line) => v.parse(TelemetryLine, JSON.parse(line)));
}

const failures = unsettledReasons.filter((reason) => reason !== 'out-of-time');

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
    case 'named':
      return { instanceId, outcome, reason: 'no-name-tag', name: 'web-1' };
    case 'already-gone':
      return { instanceId, outcome, reason: 'terminated' };
    case 'postponed':
      return {
        instanceId,
        outcome,
        reason: 'no-name-tag',
        dueAt: Date.UTC(2026, 2, 1, 10),
        mode: 'terminate',
      };
    case 'deferred':
      return { instanceId, outcome, reason: 'out-of-time' };
    case 'failed':
      return { instanceId, outcome, reason: 'protected' };
  }
}
