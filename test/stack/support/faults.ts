import * as v from 'valibot';
import { localAws } from './clients.ts';

/** A fault on the wire between the function and EC2. */
interface Fault {
  readonly name: string;
  /** Its part of all faults. */
  readonly share: number;
  /** What microburst does: https://github.com/pingedbrain/microburst#rules */
  readonly effect: object;
}

/** Milliseconds; the function gives an attempt 8 s. */
const beyondTimeout = 10_000;

const faults: readonly Fault[] = [
  { name: 'throttled', share: 0.4, effect: { error: { code: 'RequestLimitExceeded', status: 503 } } },
  { name: '500', share: 0.15, effect: { error: { code: 'InternalError', status: 500 } } },
  { name: '503', share: 0.15, effect: { error: { code: 'Unavailable', status: 503 } } },
  { name: 'reset before EC2 heard it', share: 0.14, effect: { reset: true } },
  { name: 'reset after EC2 did it', share: 0.12, effect: { response: { abort_bytes: 20 } } },
  { name: 'no answer in time', share: 0.04, effect: { latency: beyondTimeout } },
];

const operations = ['DescribeInstances', 'TerminateInstances'] as const;

const RulesSchema = v.array(v.looseObject({ operation: v.picklist(operations), fired_count: v.number() }));

/**
 * Lets so many of the calls that the function makes through `localAws.faultyEc2` fail.
 *
 * @param rate of all calls, from 0 to 1
 */
export async function switchOnFaults(rate: number): Promise<void> {
  const rules = operations.flatMap((operation) => {
    // microburst throws its dice rule by rule, each for the calls that the rules before it let pass.
    let passed = 1;
    return faults.map(({ share, effect }) => {
      const part = rate * share;
      const probability = part / passed;
      passed -= part;
      return { service: 'ec2', operation, probability, ...effect };
    });
  });
  await control('POST', rules);
}

/** Ends all faults, and tells how many of each there were since they were switched on. */
export async function switchOffFaults(): Promise<ReadonlyMap<string, number>> {
  const rules = v.parse(RulesSchema, await (await control('GET')).json());
  await control('POST', []);
  return new Map(
    faults.map(({ name }, index) => [
      name,
      rules
        .filter((_, position) => position % faults.length === index)
        .reduce((sum, rule) => sum + rule.fired_count, 0),
    ]),
  );
}

async function control(method: string, rules?: readonly object[]): Promise<Response> {
  const answer = await fetch(`${localAws.faultyEc2}/_microburst/rules`, {
    method,
    ...(rules && { body: JSON.stringify(rules) }),
  });
  if (!answer.ok) throw new Error(`microburst answered ${answer.status}: ${await answer.text()}`);
  return answer;
}
