import { join } from 'node:path';
import { createEc2Fleet } from '../../src/aws/ec2-fleet.ts';
import { enforceLaunch } from '../../src/enforcer/enforce-launch.ts';
import type { Mode } from '../../src/enforcer/enforcement.ts';
import { InvalidEventError } from '../../src/enforcer/errors.ts';
import type { InstanceId } from '../../src/enforcer/launch.ts';
import type { Outcome } from '../../src/enforcer/outcome.ts';
import { readLaunch } from '../../src/enforcer/read-launch.ts';
import { settlementError } from '../../src/enforcer/left-open.ts';
import { startEc2Endpoint } from '../../src/local/ec2/endpoint.ts';
import { holdInstancesOf, readEventFile } from '../../src/local/event-file.ts';
import { sampleEventsFolder, type SampleEvent } from '../../src/local/sample-events.ts';
import { systemClock } from '../../src/functions/clock.ts';

export interface SampleRun {
  /** What the handler would answer or throw at the last delivery, in the words of `expected.json`. */
  readonly result: SampleResult;
  readonly terminated: ReadonlySet<InstanceId>;
  /** Calls to EC2, by action. */
  readonly calls: Readonly<Record<string, number>>;
}

type SampleResult =
  | { readonly error: string; readonly path?: string; readonly incomplete?: string }
  | {
      readonly launch: { readonly kind: string; readonly reason?: string };
      readonly outcomes: ReadonlySet<Outcome>;
    };

/** An instance of somebody else's: whatever the event, it must live. */
const bystander = { instanceId: 'i-0b1b1b1b1b1b1b1b1', tags: [] };

/** Delivers the sample's event to the enforcer, against an EC2 of its own that holds the sample's instances. */
export async function runSample(
  sample: SampleEvent,
  settings: { mode?: Mode; exemptTagKeys?: readonly string[]; deliveries?: number } = {},
): Promise<SampleRun> {
  const { mode = 'terminate', exemptTagKeys = [], deliveries = 1 } = settings;
  const path = join(sampleEventsFolder, sample.file);
  const event = await readEventFile(path);
  const endpoint = await startEc2Endpoint();
  try {
    await holdInstancesOf(path, event, endpoint.fleet);
    endpoint.fleet.add({ instances: [bystander] });
    const deliver = async () => resultOf(event, endpoint.url, mode, new Set(exemptTagKeys));

    for (let earlier = 1; earlier < deliveries; earlier++) await deliver();
    return {
      result: await deliver(),
      terminated: new Set(endpoint.fleet.terminations.map(({ instanceId }) => instanceId)),
      calls: Object.fromEntries(endpoint.calls),
    };
  } finally {
    await endpoint.close();
  }
}

async function resultOf(
  event: unknown,
  endpointUrl: string,
  mode: Mode,
  exemptTagKeys: ReadonlySet<string>,
): Promise<SampleResult> {
  try {
    const launch = readLaunch(event);
    if (launch.kind === 'ignored') return { launch, outcomes: new Set() };

    const settlement = await enforceLaunch(launch, {
      fleet: createEc2Fleet(endpointUrl),
      clock: systemClock,
      deadline: systemClock.now() + 10_000,
      mode,
      exemptTagKeys,
    });
    const error = settlementError(launch.source, settlement);
    if (error === undefined) return { launch: { kind: launch.kind }, outcomes: new Set(settlement.outcomes) };
    return {
      error: error.name,
      ...(settlement.kind === 'incomplete' && { incomplete: settlement.incomplete.reason }),
    };
  } catch (error) {
    if (error instanceof InvalidEventError) return { error: error.name, path: error.path };
    throw error;
  }
}
