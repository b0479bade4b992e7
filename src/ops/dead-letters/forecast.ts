import type { Mode } from '../../enforcer/enforcement.ts';
import type { InstanceId } from '../../enforcer/launch.ts';
import { counted } from '../counted.ts';
import type { InstanceNow } from '../instance-now.ts';
import type { CurrentState } from './current-state.ts';
import type { DeadLetter } from './letter.ts';

/** What a redrive would come to, by what EC2 shows now, in instances, each once. */
export interface Forecast {
  readonly terminate: number;
  readonly spare: number;
  /** Nameless, with time left to get a name. */
  readonly postpone: number;
  readonly gone: number;
  /** EC2 does not show it, it cannot be told, or nobody could look at it. */
  readonly unknown: number;
  /** Letters of which no instance is known or was looked at, or that are not sent again. */
  readonly lettersUntold: number;
}

export function forecastOf(
  letters: readonly DeadLetter[],
  states: ReadonlyMap<string, CurrentState>,
): Forecast {
  const told = letters.filter((letter) => {
    const { instances = [] } = states.get(letter.messageId) ?? {};
    return (
      letter.event !== undefined && instances.some(({ kind }) => kind === 'shown' || kind === 'not-shown')
    );
  });
  const instances = new Map<InstanceId, InstanceNow>(
    told
      .flatMap(({ messageId }) => states.get(messageId)?.instances ?? [])
      .map((instance) => [instance.instanceId, instance]),
  );
  const counts = { terminate: 0, spare: 0, postpone: 0, gone: 0, unknown: 0 };
  for (const instance of instances.values()) counts[fateOf(instance)] += 1;
  return { ...counts, lettersUntold: letters.length - told.length };
}

function fateOf(instance: InstanceNow): keyof Omit<Forecast, 'lettersUntold'> {
  if (instance.kind === 'shown') return instance.verdict === 'open' ? 'unknown' : instance.verdict;
  return instance.settled ? 'gone' : 'unknown';
}

const verbs: Readonly<Record<Mode, string>> = {
  terminate: 'Would terminate',
  name: 'Would give a name to',
  report: 'Would report, and not terminate,',
};

/** One line. Why EC2 may refuse is what a letter tells, and what nobody asks EC2 for anew. */
export function forecastText(forecast: Forecast, mode: Mode): string {
  const { terminate, spare, postpone, gone, unknown, lettersUntold } = forecast;
  const further = [
    `spare ${spare.toLocaleString('en')}`,
    ...(postpone > 0 ? [`wait for the name of ${postpone.toLocaleString('en')}`] : []),
    `find ${gone.toLocaleString('en')} gone`,
    ...(unknown > 0
      ? [`look for ${unknown.toLocaleString('en')} that EC2 does not show, or that could not be looked at`]
      : []),
  ];
  return (
    `${verbs[mode]} ${counted(terminate, 'instance')}, ${further.join(', ')}, by what EC2 shows now. ` +
    (terminate > 0 && mode === 'terminate' ? 'What is still protected, EC2 refuses. ' : '') +
    (lettersUntold > 0 ? `Of ${counted(lettersUntold, 'letter')} nothing can be said before. ` : '')
  ).trimEnd();
}
