import { rowOf, type Results } from '../report/results.ts';

/** Seconds that the parts of an invocation take at one memory size. */
export interface Durations {
  /** Until a new environment is ready for its first event. */
  readonly init: number;
  /** One event of a named launch. */
  readonly compliant: number;
  /** One event of a nameless launch, waiting left out. */
  readonly kill: number;
  /** On top of it, the first kill of an environment, which loads the clients. */
  readonly firstKill: number;
}

/**
 * Lambda gives processor time in proportion to memory, one processor at this many MB:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
const MB_OF_ONE_PROCESSOR = 1_769;

/** Seconds that a call of EC2, EventBridge or STS takes, from and to the function, an assumption on the safe side. */
export const callTime = { ec2: 0.15, eventBridge: 0.05, sts: 0.1 } as const;

/**
 * What the measured CPU times mean at a memory size: as much longer as the share of a processor is smaller. The runtime's
 * own part is in the measurement of the warm ones.
 *
 * @param memory MB
 */
export function durationsAt(results: Results, memory: number): Durations {
  const share = Math.min(1, memory / MB_OF_ONE_PROCESSOR);
  const cpu = (caseName: string): number => rowOf(results, caseName, 'enforcer').cpu / 1_000;
  const compliant = cpu('warm compliant');
  const kill = cpu('warm kill, with a notice');
  const init = cpu('cold compliant') - compliant;
  const firstKill = cpu('cold kill, with a notice') - init - kill;
  return {
    init: init / share,
    compliant: compliant / share,
    kill: kill / share,
    firstKill: firstKill / share,
  };
}
