import type { LaunchShape } from './services.ts';
import type { SubjectName } from './subjects.ts';

/** What is done with each subject that takes part. */
export interface Case {
  readonly name: string;
  /** `cold`: a new process for one event. `warm`: a process that has settled some events already. */
  readonly start: 'cold' | 'warm';
  readonly launch: LaunchShape;
  readonly subjects: readonly SubjectName[];
  /** Whether the function tells EventBridge of its kill, as the template has it; left out, it tells nobody. */
  readonly notice?: true;
  /** Events measured a round, where it is not as many as usual. */
  readonly events?: number;
}

const compliant = { instances: 1, named: true, answer: 'full' } as const;
const nameless = { instances: 1, named: false, answer: 'full' } as const;
const thousand = { instances: 1_000, named: false, answer: 'ids' } as const;

const own = ['empty', 'before', 'enforcer'] as const;
const peers = [...own, 'naive', 'custodian'] as const;
const all = [...own, 'byHand', 'naive', 'custodian'] as const;

export const cases: readonly Case[] = [
  { name: 'cold compliant', start: 'cold', launch: compliant, subjects: all },
  { name: 'cold kill', start: 'cold', launch: nameless, subjects: all },
  { name: 'warm compliant', start: 'warm', launch: compliant, subjects: all },
  { name: 'warm kill', start: 'warm', launch: nameless, subjects: all },
  { name: 'cold kill of 1,000', start: 'cold', launch: thousand, subjects: peers },

  { name: 'cold kill, with a notice', start: 'cold', launch: nameless, subjects: own, notice: true },
  { name: 'warm kill, with a notice', start: 'warm', launch: nameless, subjects: own, notice: true },

  // How cost grows with the launch. An event has at most 256 KB, which so many instances fill, as the embedded
  // endpoint records them: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
  growth('warm kill of 10', { instances: 10, named: false, answer: 'ids' }),
  growth('warm kill of 100', { instances: 100, named: false, answer: 'ids' }),
  growth('warm kill of 1,000', thousand),
  growth('warm kill of 1,000 that the event does not list', { ...thousand, answer: 'omitted' }),
  growth('warm event of 256 KB, 398 named', { instances: 398, named: true, answer: 'full' }),
  growth('warm event of 256 KB, 432 nameless', { instances: 432, named: false, answer: 'full' }),
];

function growth(name: string, launch: LaunchShape): Case {
  return { name, start: 'warm', launch, subjects: own, events: 10 };
}
