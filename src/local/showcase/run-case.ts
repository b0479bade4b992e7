import * as v from 'valibot';
import type { Tag } from '../../enforcer/launch.ts';
import { queryEc2 } from '../ec2-query.ts';
import type { RecordedInstance, RunInstancesCall } from '../ec2/call.ts';
import type { Ec2Endpoint } from '../ec2/endpoint.ts';
import type { FleetState } from '../ec2/fleet-state.ts';
import type { FunctionProcess, InvocationResult } from '../lambda/function-process.ts';
import { launchEvent } from '../launch-event.ts';
import type { CaseEc2, LaunchCase } from './launch-cases.ts';

/** What became of one launch. */
export interface CaseResult {
  readonly title: string;
  readonly instances: readonly InstanceResult[];
  /** Calls to EC2 that the function made for it. */
  readonly calls: number;
}

/** What became of one instance; of the event itself, when it told of no instance. */
export interface InstanceResult {
  readonly instanceId: string | undefined;
  readonly launchTags: readonly Tag[];
  /** Outcome and reason, as `terminated: no-name-tag`. */
  readonly outcome: string;
  readonly expected: string;
  /** Whether it runs in EC2, whatever the function says of it. */
  readonly alive: boolean | undefined;
  readonly asExpected: boolean;
}

/** Makes the launch, lets happen what happens, delivers the event, and looks in EC2 for what became of it. */
export async function runCase(
  launch: LaunchCase,
  endpoint: Ec2Endpoint,
  recordedCalls: RunInstancesCall[],
  enforcer: FunctionProcess,
): Promise<CaseResult> {
  const request = { Action: 'RunInstances', ImageId: 'ami-0123456789abcdef0', MinCount: '1', MaxCount: '1' };
  await queryEc2(endpoint.url, { ...request, ...launch.request }, 'DryRunOperation');
  const call = recordedCalls.at(-1);
  if (call === undefined) throw new Error('Expected the endpoint to record the launch, got nothing.');
  const instances = call.result.kind === 'launched' ? call.result.instances : [];
  const ec2 = seenBy(endpoint, instances);
  await launch.meanwhile?.(ec2);

  const event = launchEvent({
    account: endpoint.account,
    region: endpoint.region,
    launcher: launch.launcher ?? { kind: 'user', name: 'lena' },
    call,
    omitResponse: launch.omitResponse ?? false,
  });
  const callsBefore = callCount(endpoint);
  let invocation: InvocationResult | undefined;
  for (let delivery = 0; delivery < (launch.deliveries ?? 1); delivery++) {
    [invocation] = await Promise.all([
      enforcer.invoke(event, launch.timeLeft ?? 10_000),
      launch.during?.(ec2),
    ]);
  }
  const calls = callCount(endpoint) - callsBefore - (launch.during === undefined ? 0 : 1);
  return { title: launch.title, instances: resultsOf(launch, instances, invocation, endpoint), calls };
}

function seenBy(endpoint: Ec2Endpoint, instances: readonly RecordedInstance[]): CaseEc2 {
  const instanceIds = instances.map(({ instanceId }) => instanceId);
  return {
    endpoint,
    instanceIds,
    id: (place) => instanceIds[place] ?? '',
    async name(instanceId, name) {
      const tag = { 'Tag.1.Key': 'Name', 'Tag.1.Value': name };
      await queryEc2(endpoint.url, { Action: 'CreateTags', 'ResourceId.1': instanceId, ...tag });
    },
    async protect(instanceId) {
      const attribute = { InstanceId: instanceId, 'DisableApiTermination.Value': 'true' };
      await queryEc2(endpoint.url, { Action: 'ModifyInstanceAttribute', ...attribute });
    },
  };
}

function callCount({ calls }: Ec2Endpoint): number {
  return [...calls.values()].reduce((sum, count) => sum + count, 0);
}

function resultsOf(
  { expected }: LaunchCase,
  instances: readonly RecordedInstance[],
  invocation: InvocationResult | undefined,
  { fleet }: Ec2Endpoint,
): InstanceResult[] {
  if ('ignored' in expected) {
    const result = { outcome: withoutInstances(invocation), expected: `ignored: ${expected.ignored}` };
    const asExpected = result.outcome === result.expected;
    return [{ instanceId: undefined, launchTags: [], ...result, alive: undefined, asExpected }];
  }
  const outcomes = loggedOutcomes(invocation?.log ?? []);
  return instances.map(({ instanceId, tags }, place) => {
    const outcome = outcomes.get(instanceId) ?? withoutInstances(invocation);
    const wanted = expected[place] ?? 'no such instance';
    const alive = fleet.find(instanceId)?.lifecycle.asked === 'start';
    const mustLive = !/^(terminated|already-gone):/.test(wanted);
    const asExpected = outcome === wanted && alive === mustLive;
    return { instanceId, launchTags: tags, outcome, expected: wanted, alive, asExpected };
  });
}

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

/** Unlike the answer, the log tells of every instance when the handler throws, those settled before it threw included. */
function loggedOutcomes(log: readonly string[]): ReadonlyMap<string, string> {
  const outcomes = new Map<string, string>();
  for (const line of log) {
    const { success, output } = v.safeParse(Line, line);
    if (success) outcomes.set(output.instanceId, `${output.outcome}: ${output.reason}`);
  }
  return outcomes;
}

function withoutInstances(invocation: InvocationResult | undefined): string {
  if (invocation?.kind === 'failed') return invocation.error.name;
  const launch = invocation?.answer.launch;
  return launch === undefined ? 'not delivered' : `${launch.kind}: ${launch.reason ?? 'no reason'}`;
}

/**
 * A line for each outcome that is not the expected one, and for each instance that was terminated though no event told
 * of it; none when all is well.
 */
export function mismatches(
  results: readonly CaseResult[],
  { terminations }: Pick<FleetState, 'terminations'>,
): string[] {
  const all = results.flatMap(({ title, instances }) =>
    instances.map((instance) => ({ title, ...instance })),
  );
  const launched = new Set(all.map(({ instanceId }) => instanceId));
  return [
    ...all
      .filter(({ asExpected }) => !asExpected)
      .map(({ title, instanceId, outcome, expected, alive }) => {
        const state = alive === undefined ? '' : alive ? ', and it lives' : ', and it is gone';
        return `${title}: expected ${expected}, got ${outcome}${state} (${instanceId ?? 'no instance'}).`;
      }),
    ...terminations
      .filter(({ instanceId }) => !launched.has(instanceId))
      .map(({ instanceId }) => `${instanceId} was terminated, and no event told of it.`),
  ];
}
