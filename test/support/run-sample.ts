import { join } from 'node:path';
import * as v from 'valibot';
import { createEc2Fleet } from '../../src/aws/ec2-fleet.ts';
import { enforceLaunch } from '../../src/enforcer/enforce-launch.ts';
import type { Enforcement, Mode } from '../../src/enforcer/enforcement.ts';
import { InvalidEventError } from '../../src/enforcer/errors.ts';
import type { InstanceId } from '../../src/enforcer/launch.ts';
import type { Outcome } from '../../src/enforcer/outcome.ts';
import { readLaunch } from '../../src/enforcer/read-launch.ts';
import { settlementError } from '../../src/enforcer/left-open.ts';
import { lookAtBatch } from '../../src/enforcer/second-look-batch.ts';
import { startEc2Endpoint } from '../../src/local/ec2/endpoint.ts';
import { holdInstancesOf, readEventFile, type EventFile } from '../../src/local/event-file.ts';
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
    }
  | { readonly batchItemFailures: readonly []; readonly outcomes: ReadonlySet<Outcome> };

/** An instance of somebody else's: whatever the event, it must live. */
const bystander = { instanceId: 'i-0b1b1b1b1b1b1b1b1', tags: [] };

/** Delivers the sample's event to its function, against an EC2 of its own that holds the sample's instances. */
export async function runSample(
  sample: SampleEvent,
  settings: { mode?: Mode; exemptTagKeys?: readonly string[]; deliveries?: number } = {},
): Promise<SampleRun> {
  const { mode = 'terminate', exemptTagKeys = [], deliveries = 1 } = settings;
  const path = join(sampleEventsFolder, sample.file);
  const file = await readEventFile(path);
  const endpoint = await startEc2Endpoint();
  try {
    await holdInstancesOf(path, file, endpoint.fleet);
    endpoint.fleet.add({ instances: [bystander] });
    const fleet = createEc2Fleet(endpoint.url);
    const deliver = async () =>
      resultOf(file, {
        fleet,
        clock: systemClock,
        deadline: systemClock.now() + 10_000,
        mode,
        serviceLaunchMode: mode,
        relaunchLimit: 3,
        exemptTagKeys: new Set(exemptTagKeys),
      });

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

async function resultOf(file: EventFile, enforcement: Enforcement): Promise<SampleResult> {
  try {
    return file.function === 'second-look'
      ? await secondLookOf(file.event, enforcement)
      : await launchResultOf(file.event, enforcement);
  } catch (error) {
    if (error instanceof InvalidEventError) return { error: error.name, path: error.path };
    throw error;
  }
}

async function launchResultOf(event: unknown, enforcement: Enforcement): Promise<SampleResult> {
  const launch = readLaunch(event);
  if (launch.kind === 'ignored') return { launch, outcomes: new Set() };

  const settlement = await enforceLaunch(launch, enforcement);
  const error = settlementError(launch.source, settlement);
  if (error === undefined) return { launch: { kind: launch.kind }, outcomes: new Set(settlement.outcomes) };
  return {
    error: error.name,
    ...(settlement.kind === 'incomplete' && { incomplete: settlement.incomplete.reason }),
  };
}

const Batch = v.object({ Records: v.array(v.object({ messageId: v.string(), body: v.string() })) });

/** As the handler without queues: what is wrong is thrown. */
async function secondLookOf(event: unknown, enforcement: Enforcement): Promise<SampleResult> {
  const arn = 'arn:aws:lambda:us-east-1:111122223333:function:SecondLook';
  const { looks, invalid } = await lookAtBatch(v.parse(Batch, event).Records, enforcement, arn);
  for (const error of invalid) throw error;
  for (const { source, settlement } of looks) {
    const error = settlementError(source, settlement);
    if (error !== undefined) throw error;
  }
  return {
    batchItemFailures: [],
    outcomes: new Set(looks.flatMap(({ settlement }) => settlement.outcomes)),
  };
}
