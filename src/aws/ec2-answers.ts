import type {
  DescribeInstancesCommandOutput,
  Instance,
  InstanceState,
  TerminateInstancesCommandOutput,
} from '@aws-sdk/client-ec2';
import type { LiveInstance, Refused, Termination, UnreadableInstance } from '../enforcer/fleet.ts';
import type { InstanceId, Tag } from '../enforcer/launch.ts';
import { oneLineOf } from './one-line.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
const states = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'] as const;

/** What one page of an answer shows. */
export interface Shown {
  readonly instances: LiveInstance[];
  readonly unreadable: UnreadableInstance[];
}

/**
 * Every instance of every reservation of one page. One that lacks its id, its state or the key of a tag, or is in a
 * state that is not known, is told as unreadable: left out, it would look gone.
 */
export function readInstances(answer: DescribeInstancesCommandOutput): Shown {
  const shown: Shown = { instances: [], unreadable: [] };
  for (const { ReservationId, Instances = [] } of answer.Reservations ?? []) {
    for (const instance of Instances) {
      const read = readInstance(instance, ReservationId);
      if ('detail' in read) shown.unreadable.push(read);
      else shown.instances.push(read);
    }
  }
  return shown;
}

function readInstance(
  {
    InstanceId,
    State,
    Tags = [],
    ClientToken,
    Operator,
    NetworkInterfaces = [],
    SpotInstanceRequestId,
  }: Instance,
  reservationId: string | undefined,
): LiveInstance | UnreadableInstance {
  const unreadable = (expected: string, received: string | undefined): UnreadableInstance => ({
    instanceId: InstanceId,
    detail: `Expected EC2 to answer with ${expected}, got ${received === undefined ? 'none' : JSON.stringify(received)}`,
  });
  if (InstanceId === undefined) return unreadable('the id of each instance', InstanceId);
  const state = states.find((known) => known === State?.Name);
  if (state === undefined) return unreadable(`a known state of ${InstanceId}`, State?.Name);
  const tags: Tag[] = [];
  for (const { Key, Value = '' } of Tags) {
    if (Key === undefined) return unreadable(`the key of each tag of ${InstanceId}`, Key);
    tags.push({ key: Key, value: Value });
  }
  // No interface is attached before the launch, and the primary one is attached by it. An instance may have several of
  // device index 0, one for each network card.
  const attached = NetworkInterfaces.flatMap(({ Attachment }) => Attachment?.AttachTime?.getTime() ?? []);
  return {
    instanceId: InstanceId,
    state,
    tags,
    reservationId,
    clientToken: ClientToken,
    isManaged: Operator?.Managed === true,
    spotRequestId: SpotInstanceRequestId,
    firstLaunchedAt: attached.length === 0 ? undefined : Math.min(...attached),
  };
}

/**
 * What became of the instances of a call that EC2 took. The previous state tells an instance that this call terminated
 * from one that was on its way down before.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceStateChange.html
 */
export function readTermination(
  answer: TerminateInstancesCommandOutput,
): Extract<Termination, { kind: 'accepted' }> {
  const terminated = new Set<InstanceId>();
  const downBefore = new Set<InstanceId>();
  for (const { InstanceId, CurrentState, PreviousState } of answer.TerminatingInstances ?? []) {
    if (InstanceId === undefined || !isDown(CurrentState)) continue;
    (isDown(PreviousState) ? downBefore : terminated).add(InstanceId);
  }
  return { kind: 'accepted', terminated, downBefore };
}

function isDown(state: InstanceState | undefined): boolean {
  return state?.Name === 'shutting-down' || state?.Name === 'terminated';
}

/**
 * EC2's error codes that concern an instance of the call and not the call:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
const refusals: ReadonlyMap<string, Refused['refusal']> = new Map([
  ['InvalidInstanceID.NotFound', 'not-found'],
  ['InvalidInstanceID.Malformed', 'not-found'],
  ['OperationNotPermitted', 'protected'],
  ['UnauthorizedOperation', 'denied'],
  ['IncorrectInstanceState', 'unsupported'],
  ['IncorrectState', 'unsupported'],
  ['UnsupportedOperation', 'unsupported'],
  ['TagLimitExceeded', 'unsupported'],
]);

/** The refusal that an error of TerminateInstances or CreateTags is; undefined when the call failed for another cause. */
export function readRefusal(error: unknown): Refused | undefined {
  const refusal = error instanceof Error ? refusals.get(error.name) : undefined;
  return refusal && { kind: 'refused', refusal, detail: oneLineOf(error) };
}
