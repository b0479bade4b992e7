import type { Tag } from '../../enforcer/launch.ts';
import { queryEc2 } from '../ec2-query.ts';
import type { RecordedInstance, RunInstancesCall } from '../ec2/call.ts';
import type { Ec2Endpoint } from '../ec2/endpoint.ts';
import type { FunctionProcess, Invocation } from '../lambda/function-process.ts';
import { loggedOutcomes } from '../lambda/logged-outcomes.ts';
import { launchEvent } from '../launch-event.ts';
import type { CaseEc2, LaunchCase } from './launch-case.ts';

/** What became of one launch. */
export interface CaseResult {
  readonly title: string;
  readonly fates: readonly InstanceFate[];
  /** Calls to EC2 that the function made for it. */
  readonly calls: number;
}

/** What became of one instance; of the event itself, when it told of no instance. */
export interface InstanceFate {
  readonly instanceId: string | undefined;
  readonly launchTags: readonly Tag[];
  readonly fate: string;
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
  let invocation: Invocation | undefined;
  for (let delivery = 0; delivery < (launch.deliveries ?? 1); delivery++) {
    [invocation] = await Promise.all([
      enforcer.invoke(event, launch.timeLeft ?? 10_000),
      launch.during?.(ec2),
    ]);
  }
  const calls = callCount(endpoint) - callsBefore - (launch.during === undefined ? 0 : 1);
  return { title: launch.title, fates: fatesOf(launch, instances, invocation, endpoint), calls };
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

function fatesOf(
  { expected }: LaunchCase,
  instances: readonly RecordedInstance[],
  invocation: Invocation | undefined,
  endpoint: Ec2Endpoint,
): InstanceFate[] {
  if ('ignored' in expected) {
    const wanted = `ignored: ${expected.ignored}`;
    const fate = withoutInstances(invocation);
    return [
      {
        instanceId: undefined,
        launchTags: [],
        fate,
        expected: wanted,
        alive: undefined,
        asExpected: fate === wanted,
      },
    ];
  }
  const outcomes = new Map(
    loggedOutcomes(invocation?.log ?? []).map(({ instanceId, outcome, reason }) => [
      instanceId,
      `${outcome}: ${reason}`,
    ]),
  );
  return instances.map(({ instanceId, tags }, place) => {
    const fate = outcomes.get(instanceId) ?? withoutInstances(invocation);
    const wanted = expected[place] ?? 'no such instance';
    const alive = isAlive(endpoint, instanceId);
    const mustLive = !/^(terminated|already-gone):/.test(wanted);
    const asExpected = fate === wanted && alive === mustLive;
    return { instanceId, launchTags: tags, fate, expected: wanted, alive, asExpected };
  });
}

function withoutInstances(invocation: Invocation | undefined): string {
  if (invocation?.kind === 'failed') return invocation.error.name;
  const launch = invocation?.answer.launch;
  return launch === undefined ? 'not delivered' : `${launch.kind}: ${launch.reason ?? 'no reason'}`;
}

function isAlive({ fleet }: Ec2Endpoint, instanceId: string): boolean {
  const instance = fleet.find(instanceId);
  if (instance === undefined) return false;
  const state = fleet.state(instance);
  return state !== 'shutting-down' && state !== 'terminated';
}
