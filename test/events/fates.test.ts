import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readSampleEvents, type SampleEvent } from '../../src/local/sample-events.ts';
import { runSample } from '../support/run-sample.ts';

type Expected = SampleEvent['expected'];
type Outcome = Extract<Expected, { outcomes: unknown }>['outcomes'][number];

const samples = await readSampleEvents();
const exempted = samples.flatMap(({ exempting, ...sample }) =>
  exempting === undefined ? [] : [{ ...sample, exempting }],
);

beforeAll(() => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'made-up');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'made-up');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

describe.each(samples)('$file', (sample) => {
  const { expected } = sample;
  const outcomes = 'outcomes' in expected ? expected.outcomes : [];

  it('ends as expected.json says', async () => {
    const run = await runSample(sample);

    expect(run.result).toEqual(withOutcomes(expected, outcomes));
    expect(run.terminated).toEqual(doomedOf(outcomes));
  });

  it('takes as few calls to EC2 as can be', async () => {
    const run = await runSample(sample);

    expect(run.calls).toEqual(callsFor(expected));
  });

  it('kills nothing more when it is delivered again', async () => {
    const run = await runSample(sample, { deliveries: 2 });

    expect(run.result).toEqual(withOutcomes(expected, outcomes.map(afterwards)));
    expect(run.terminated).toEqual(doomedOf(outcomes));
  });

  it('kills nothing in report mode, and says what it would kill', async () => {
    const run = await runSample(sample, { mode: 'report' });

    expect(run.result).toEqual(withOutcomes(expected, outcomes.map(reported)));
    expect(run.terminated).toEqual(new Set());
  });
});

it.each(exempted)('$file ends otherwise with $exempting.tagKeys exempt', async ({ exempting, ...sample }) => {
  const run = await runSample(sample, { exemptTagKeys: exempting.tagKeys });

  expect(run.result).toEqual(withOutcomes(sample.expected, exempting.outcomes));
  expect(run.terminated).toEqual(doomedOf(exempting.outcomes));
});

/** The same result with these outcomes, which come in any order. */
function withOutcomes(expected: Expected, outcomes: readonly object[]) {
  return 'error' in expected ? expected : { ...expected, outcomes: new Set(outcomes) };
}

function doomedOf(outcomes: readonly Outcome[]): ReadonlySet<string> {
  return new Set(
    outcomes.filter(({ outcome }) => outcome === 'terminated').map(({ instanceId }) => instanceId),
  );
}

/** An instance that was terminated the first time is on its way down the second. */
function afterwards(outcome: Outcome) {
  if (outcome.outcome !== 'terminated') return outcome;
  return { ...outcome, outcome: 'already-gone', reason: 'shutting-down' };
}

function reported(outcome: Outcome) {
  return outcome.outcome === 'terminated' ? { ...outcome, outcome: 'would-terminate' } : outcome;
}

/**
 * Launch tags spare without a call; else one call finds what is unlisted, one reads tags, one asks what became of a group's
 * others, and one kills.
 */
function callsFor(expected: Expected): Readonly<Record<string, number>> {
  if ('error' in expected || expected.outcomes.every(({ reason }) => reason.endsWith('-at-launch')))
    return {};
  const isUnlisted = 'launch' in expected && expected.launch.kind === 'unlisted';
  const ofGroup = expected.outcomes.some(({ group }) => group !== undefined);
  return {
    DescribeInstances: 1 + Number(isUnlisted) + Number(ofGroup),
    ...(doomedOf(expected.outcomes).size > 0 && { TerminateInstances: 1 }),
  };
}
