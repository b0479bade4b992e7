import type {
  DescribeInstancesCommandOutput,
  Instance,
  TerminateInstancesCommandOutput,
} from '@aws-sdk/client-ec2';
import type { LiveInstance, Refused } from '../enforcer/fleet.ts';
import type { InstanceId } from '../enforcer/launch.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
const states = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'] as const;

/** EC2 told of an instance, and left out what no instance is without, or gave it in a form that is not known. */
export class UnreadableAnswerError extends Error {
  override readonly name = 'UnreadableAnswerError';

  constructor(expected: string, received: string | undefined) {
    const found = received === undefined ? 'none' : JSON.stringify(received);
    super(`Expected EC2 to answer with ${expected}, got ${found}. The whole answer counts as none.`);
  }
}

/**
 * Every instance of every reservation of one page. An answer that is not understood is no answer: dropping the
 * instance in question would make it look gone.
 *
 * Plain code in place of a schema, since the schema library would be in the EC2 chunk a second time and take a
 * millisecond of each cold kill.
 *
 * @throws UnreadableAnswerError when an instance lacks its id or the key of a tag, or its state is missing or not known
 */
export function readInstances(answer: DescribeInstancesCommandOutput): LiveInstance[] {
  return (answer.Reservations ?? []).flatMap(({ ReservationId, Instances = [] }) =>
    Instances.map((instance) => readInstance(instance, ReservationId)),
  );
}

function readInstance(
  { InstanceId, State, Tags = [], ClientToken }: Instance,
  reservationId: string | undefined,
): LiveInstance {
  if (InstanceId === undefined) throw new UnreadableAnswerError('the id of each instance', InstanceId);
  const state = states.find((known) => known === State?.Name);
  if (state === undefined) throw new UnreadableAnswerError(`the state of ${InstanceId}`, State?.Name);
  const tags = Tags.map(({ Key, Value = '' }) => {
    if (Key === undefined) throw new UnreadableAnswerError(`the key of each tag of ${InstanceId}`, Key);
    return { key: Key, value: Value };
  });
  return { instanceId: InstanceId, state, tags, reservationId, clientToken: ClientToken };
}

/** The instances that are on their way down after a call that EC2 took. */
export function readTerminating(answer: TerminateInstancesCommandOutput): ReadonlySet<InstanceId> {
  const down = (answer.TerminatingInstances ?? []).filter(
    ({ CurrentState }) => CurrentState?.Name === 'shutting-down' || CurrentState?.Name === 'terminated',
  );
  return new Set(down.flatMap(({ InstanceId }) => InstanceId ?? []));
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
]);

/** The refusal that an error of TerminateInstances is; undefined when the call failed for another cause. */
export function readRefusal(error: unknown): Refused | undefined {
  const refusal = error instanceof Error ? refusals.get(error.name) : undefined;
  return refusal && { kind: 'refused', refusal, detail: describeFailure(error) };
}

/** EC2's error code and message in one line of at most 300 characters; denials carry kilobytes of encoded reasons. */
export function describeFailure(error: unknown): string {
  const text = wordsOf(error).replaceAll(/\s+/g, ' ');
  return text.length <= 300 ? text : `${text.slice(0, 297)}...`;
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node.js tries every address of a host, and says what became of each in the errors alone.
  const attempts: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return `${error.name}: ${error.message}${attempts.map(String).join('; ')}`;
}
