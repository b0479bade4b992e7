import * as v from 'valibot';
import type { InstanceId, Tag } from '../../enforcer/launch.ts';
import type { RecordedInstance, RunInstancesCall } from '../ec2/call.ts';
import type { Ec2Endpoint } from '../ec2/endpoint.ts';
import type { FleetState } from '../ec2/fleet-state.ts';
import type { LambdaEndpoint } from '../lambda/control-plane.ts';
import type { InvocationResult } from '../lambda/function-process.ts';
import type { QueueMessage, SqsEndpoint } from '../sqs/endpoint.ts';
import type { LaunchCase } from './launch-case.ts';

/** What became of one case. */
export interface CaseResult {
  readonly title: string;
  readonly instances: readonly InstanceResult[];
  /** Calls to EC2 that the functions made for it. */
  readonly calls: number;
}

/** What became of one instance; of the event itself, when it told of no instance. */
export interface InstanceResult {
  readonly instanceId: string | undefined;
  readonly launchTags: readonly Tag[];
  /** Outcome and reason, as `terminated: no-name-tag`; or what came before, as `failed, then terminated: no-name-tag`. */
  readonly outcome: string;
  readonly expected: string;
  /** Whether it runs in EC2, whatever the functions say of it. */
  readonly alive: boolean | undefined;
  readonly asExpected: boolean;
}

/** What stands in for AWS here. */
export interface LocalAws {
  readonly ec2: Ec2Endpoint;
  readonly sqs: SqsEndpoint;
  readonly lambda: LambdaEndpoint;
  /** What EC2 recorded of `RunInstances`, the last call last. */
  readonly recordedCalls: readonly RunInstancesCall[];
}

/** The queues of the functions, by the names that the template gives them. */
export const queues = { secondLook: 'SecondLookQueue', deadLetter: 'DeadLetterQueue' } as const;

/** An instance of a case, as it was launched. */
export type LaunchedInstance = Pick<RecordedInstance, 'instanceId' | 'tags'>;

/** What the functions said of each instance, and what EC2 shows of it. */
export function resultsOf(
  { expected }: LaunchCase,
  instances: readonly LaunchedInstance[],
  invocations: readonly InvocationResult[],
  { ec2, sqs }: LocalAws,
): InstanceResult[] {
  const last = invocations.at(-1);
  if ('ignored' in expected) {
    const result = { outcome: withoutInstances(last), expected: `ignored: ${expected.ignored}` };
    const asExpected = result.outcome === result.expected;
    return [{ instanceId: undefined, launchTags: [], ...result, alive: undefined, asExpected }];
  }
  const outcomes = invocations.map(outcomesOf);
  const deadLetters = idsOf(sqs.takeAll(queues.deadLetter));
  return instances.map(({ instanceId, tags }, place) => {
    const steps = outcomes.flatMap((step) => step.get(instanceId) ?? []);
    const before = steps.slice(0, -1).map((step) => step.split(':', 1)[0]);
    const outcome =
      [...before, steps.at(-1) ?? withoutInstances(last)].join(', then ') +
      (deadLetters.has(instanceId) ? ', dead letter' : '');
    const wanted = expected[place] ?? 'no such instance';
    const alive = ec2.fleet.find(instanceId)?.lifecycle.asked === 'start';
    const mustLive = !/(?:^|, then )(?:terminated|already-gone):/.test(wanted);
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

/**
 * By instance. The log tells of every one when the handler throws, those settled before it threw included; the answer of
 * those as well that the log only counts.
 */
function outcomesOf(invocation: InvocationResult): ReadonlyMap<InstanceId, string> {
  const told =
    invocation.kind === 'answered'
      ? invocation.answer.outcomes
      : invocation.log.flatMap((line) => {
          const { success, output } = v.safeParse(Line, line);
          return success ? [output] : [];
        });
  return new Map(told.map(({ instanceId, outcome, reason }) => [instanceId, `${outcome}: ${reason}`]));
}

/** What the functions put into a dead letter: the last line of its error is for programs. */
const DeadLetter = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ responsePayload: v.object({ errorMessage: v.string() }) }),
  v.transform(({ responsePayload }) => responsePayload.errorMessage.split('\n').at(-1)),
  v.string(),
  v.parseJson(),
  v.object({ unsettled: v.record(v.string(), v.array(v.string())) }),
);

/** The instances that are unsettled in these dead letters. */
function idsOf(messages: readonly QueueMessage[]): ReadonlySet<InstanceId> {
  return new Set(messages.flatMap(({ body }) => Object.values(v.parse(DeadLetter, body).unsettled).flat()));
}

function withoutInstances(invocation: InvocationResult | undefined): string {
  if (invocation === undefined) return 'not delivered';
  if (invocation.kind === 'failed') return invocation.error.name;
  const { kind = 'no outcome', reason = 'no reason' } = invocation.answer.launch ?? {};
  return `${kind}: ${reason}`;
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
  const known = new Set(all.map(({ instanceId }) => instanceId));
  return [
    ...all
      .filter(({ asExpected }) => !asExpected)
      .map(({ title, instanceId, outcome, expected, alive }) => {
        const state = alive === undefined ? '' : alive ? ', and it lives' : ', and it is gone';
        return `${title}: expected ${expected}, got ${outcome}${state} (${instanceId ?? 'no instance'}).`;
      }),
    ...terminations
      .filter(({ instanceId }) => !known.has(instanceId))
      .map(({ instanceId }) => `${instanceId} was terminated, and no event told of it.`),
  ];
}
