import { setTimeout } from 'node:timers/promises';
import { queryEc2 } from '../ec2-query.ts';
import type { RunInstancesCall } from '../ec2/call.ts';
import type { Ec2Endpoint } from '../ec2/endpoint.ts';
import { failureRecord } from '../lambda/failure-record.ts';
import type { FunctionFile, FunctionProcess, InvocationResult } from '../lambda/function-process.ts';
import type { FunctionError } from '../lambda/runtime-api.ts';
import { launchEvent } from '../launch-event.ts';
import { batchOf, newMessage } from '../sqs/batch.ts';
import type { SqsEndpoint } from '../sqs/endpoint.ts';
import { startEvent } from '../start-event.ts';
import { queues, resultsOf } from './case-results.ts';
import type { CaseResult, LaunchedInstance, LocalAws } from './case-results.ts';
import type { CaseEc2, LaunchCase } from './launch-case.ts';

/** Time runs faster in the second-look queue: milliseconds that a message is delayed at most. */
const LONGEST_DELAY = 3_000;

/** Looks after which a case is over: what fails comes again for hours. */
const MOST_LOOKS = 3;

/** Makes the launch, lets happen what happens, delivers the events, and looks in EC2 for what became of it. */
export async function runCase(
  launch: LaunchCase,
  aws: LocalAws,
  functionOf: (file: FunctionFile) => Promise<FunctionProcess>,
): Promise<CaseResult> {
  const { signals = ['launch'] } = launch;
  const { call, instances } = await make(launch, aws);
  const ec2 = seenBy(aws.ec2, instances);
  await launch.meanwhile?.(ec2);
  if (launch.paused === true) await (await functionOf('pause')).invoke(stormAlarm);

  const invocations: InvocationResult[] = [];
  const callsBefore = callCount(aws.ec2);
  if (call !== undefined && signals.includes('launch')) {
    const event = eventOf(launch, call, aws.ec2);
    const arn = `arn:aws:lambda:${aws.ec2.region}:${aws.ec2.account}:function:EnforceNameTag`;
    const handOver = (error: FunctionError): void =>
      aws.sqs.add(queues.secondLook, newMessage(failureRecord(event, error, arn)));
    // Without concurrency, Lambda hands the event on without a try.
    if (!aws.lambda.runsLaunches()) handOver({ name: 'none', message: 'not tried' });
    else {
      const invocation = await deliver(event, launch, ec2, await functionOf('enforce-name-tag'));
      invocations.push(invocation);
      if (invocation.kind === 'failed' && launch.later !== undefined) handOver(invocation.error);
    }
  }
  if (signals.includes('running')) {
    for (const { instanceId } of instances)
      aws.sqs.add(queues.secondLook, newMessage(startEvent(instanceId, Date.now(), aws.ec2)));
  }
  if (launch.paused === true) {
    if (aws.lambda.readsQueue() || instances.some(({ instanceId }) => !isAlive(aws.ec2, instanceId)))
      throw new Error('Expected all to wait while it is paused.');
    await (await functionOf('pause')).invoke({ action: 'resume', reason: 'the storm is over' });
  }
  await launch.later?.(ec2);
  if (launch.later !== undefined || launch.paused === true || signals.includes('running'))
    invocations.push(...(await lookAgain(aws.sqs, await functionOf('second-look'))));

  const calls = callCount(aws.ec2) - callsBefore;
  return { title: launch.title, instances: resultsOf(launch, instances, invocations, aws), calls };
}

interface Made {
  /** Undefined when there was no launch. */
  readonly call: RunInstancesCall | undefined;
  readonly instances: readonly LaunchedInstance[];
}

async function make({ existing, request }: LaunchCase, { ec2, recordedCalls }: LocalAws): Promise<Made> {
  if (existing !== undefined) {
    const { instances } = ec2.fleet.add(existing);
    const tagged = instances.map(({ instanceId }, place) => {
      return { instanceId, tags: existing.instances[place]?.tags ?? [] };
    });
    return { call: undefined, instances: tagged };
  }
  const defaults = { Action: 'RunInstances', ImageId: 'ami-0123456789abcdef0', MinCount: '1', MaxCount: '1' };
  await queryEc2(ec2.url, { ...defaults, ...request }, 'DryRunOperation');
  const call = recordedCalls.at(-1);
  if (call === undefined) throw new Error('Expected the endpoint to record the launch, got nothing.');
  return { call, instances: call.result.kind === 'launched' ? call.result.instances : [] };
}

function eventOf(
  { launcher = { kind: 'user', name: 'lena' }, omitResponse = false, graceLeft }: LaunchCase,
  call: RunInstancesCall,
  { account, region }: Ec2Endpoint,
): unknown {
  // In whole seconds, as CloudTrail tells it: rounded up, so that no less is left of the minute.
  const at =
    graceLeft === undefined ? call.at : Math.ceil((Date.now() + graceLeft * 1000) / 1000) * 1000 - 60_000;
  return launchEvent({ account, region, launcher, call: { ...call, at }, omitResponse });
}

/** @returns what came of the last delivery */
async function deliver(
  event: unknown,
  { deliveries = 1, timeLeft = 10_000, during }: LaunchCase,
  ec2: CaseEc2,
  enforcer: FunctionProcess,
): Promise<InvocationResult> {
  for (let earlier = 1; earlier < deliveries; earlier++) await enforcer.invoke(event, timeLeft);
  const [invocation] = await Promise.all([enforcer.invoke(event, timeLeft), during?.(ec2)]);
  return invocation;
}

/** Hands the messages of the second-look queue to its function, when their delay is over, until there are none. */
async function lookAgain(sqs: SqsEndpoint, secondLook: FunctionProcess): Promise<InvocationResult[]> {
  const invocations: InvocationResult[] = [];
  while (invocations.length < MOST_LOOKS) {
    const messages = sqs.takeAll(queues.secondLook);
    if (messages.length === 0) break;
    const delay = Math.max(...messages.map(({ visibleAt }) => visibleAt)) - Date.now();
    await setTimeout(Math.min(LONGEST_DELAY, Math.max(0, delay)));
    invocations.push(await secondLook.invoke(batchOf(messages), 10_000));
  }
  sqs.takeAll(queues.secondLook);
  return invocations;
}

function seenBy(endpoint: Ec2Endpoint, instances: Made['instances']): CaseEc2 {
  const instanceIds = instances.map(({ instanceId }) => instanceId);
  return {
    endpoint,
    instanceIds,
    id: (place) => instanceIds[place] ?? '',
    async name(instanceId, name) {
      const tag = { 'Tag.1.Key': 'Name', 'Tag.1.Value': name };
      await queryEc2(endpoint.url, { Action: 'CreateTags', 'ResourceId.1': instanceId, ...tag });
    },
    async restart(instanceId) {
      for (const Action of ['StopInstances', 'StartInstances'])
        await queryEc2(endpoint.url, { Action, 'InstanceId.1': instanceId });
    },
    async protect(instanceId) {
      const attribute = { InstanceId: instanceId, 'DisableApiTermination.Value': 'true' };
      await queryEc2(endpoint.url, { Action: 'ModifyInstanceAttribute', ...attribute });
    },
  };
}

/** What CloudWatch hands to the function when the alarm rings. */
const stormAlarm = {
  alarmData: { alarmName: 'KillStormAlarm', state: { value: 'ALARM', reason: 'Threshold Crossed' } },
};

function isAlive({ fleet }: Ec2Endpoint, instanceId: string): boolean {
  return fleet.find(instanceId)?.lifecycle.asked === 'start';
}

/** Of the calls that the functions make; a case itself makes none of these. */
function callCount({ calls }: Ec2Endpoint): number {
  const made = ['DescribeInstances', 'TerminateInstances'].map((action) => calls.get(action) ?? 0);
  return made.reduce((sum, count) => sum + count, 0);
}
