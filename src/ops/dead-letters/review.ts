import type { InstanceId } from '../../enforcer/launch.ts';
import { counted } from '../counted.ts';
import type { Prompt } from '../prompt.ts';
import { isSettled, type CurrentState } from './current-state.ts';
import type { DeadLetter } from './letter.ts';
import type { Redriven } from './redriven.ts';

/** What `review` does to letters, and where it tells of it. */
export interface ReviewParts extends Prompt {
  readonly tell: (text: string) => void;
  /** Shows the whole letter, with how many there are. */
  readonly show: (letter: DeadLetter, state: CurrentState, position: string) => void;
  readonly stateOf: (letter: DeadLetter) => Promise<CurrentState>;
  /** Deletes the letter only when all of it is settled. Tells what came of it. */
  readonly redrive: (letter: DeadLetter) => Promise<Redriven['result']>;
  /** In the account and region of the letter. */
  readonly name: (letter: DeadLetter, instanceIds: readonly InstanceId[], name: string) => Promise<void>;
  /** Logs the reason, then deletes the letter. */
  readonly discard: (letter: DeadLetter, reason: string) => Promise<void>;
  /** Explains a failure that keeps the letter and not the person from going on; undefined for a defect. */
  readonly explain: (error: unknown) => string | undefined;
  /** Whether Ctrl-C was pressed while something was done. */
  readonly isInterrupted: () => boolean;
  /** Waits for EC2 to show a name. */
  readonly wait: () => Promise<void>;
}

/** How many letters came to what. Those that are left are in the queue as they were, or with a new reason. */
export interface ReviewReport {
  readonly settled: number;
  readonly discarded: number;
  readonly left: number;
}

/** `gone`: the letter is out of the queue; `kept`: go on to the next; `again`: ask the same once more. */
type Step = 'settled' | 'discarded' | 'kept' | 'again' | 'quit';

/**
 * Goes from letter to letter, and does to each what the person says. It may be ended at every question: a letter leaves the
 * queue only in `redrive`, when it is settled, and in `discard`, when the reason is logged.
 */
export async function review(letters: readonly DeadLetter[], parts: ReviewParts): Promise<ReviewReport> {
  const counts = { settled: 0, discarded: 0 };
  for (const [index, letter] of letters.entries()) {
    let step: Step = 'again';
    parts.show(letter, await parts.stateOf(letter), `${index + 1} of ${letters.length}`);
    while (step === 'again') {
      try {
        step = await choose(letter, parts);
      } catch (error) {
        const problem = parts.explain(error);
        if (problem === undefined) throw error;
        parts.tell(`${problem} The letter is still in the queue.`);
      }
      if (parts.isInterrupted()) break;
    }
    if (step === 'settled' || step === 'discarded') counts[step] += 1;
    if (step === 'quit' || parts.isInterrupted()) break;
  }
  return { ...counts, left: letters.length - counts.settled - counts.discarded };
}

async function choose(letter: DeadLetter, parts: ReviewParts): Promise<Step> {
  const answer = await parts.ask('[r]edrive  [n]ame  [d]iscard  [s]kip  [q]uit > ');
  switch (answer?.toLowerCase()) {
    case 'r':
    case 'redrive':
      return (await parts.redrive(letter)) === 'settled' ? 'settled' : 'kept';
    case 'n':
    case 'name':
      return nameAndRedrive(letter, parts);
    case 'd':
    case 'discard':
      return discardFor(letter, parts);
    case 's':
    case 'skip':
      return 'kept';
    case 'q':
    case 'quit':
    case undefined:
      return 'quit';
    default:
      parts.tell('Expected one of r, n, d, s and q.');
      return 'again';
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
const LONGEST_NAME = 256;

/** Times that EC2 is asked whether it shows a name that it took. */
const LOOKS = 10;

const NOT_LOOKED_AT =
  'Its instances are in another account or region, and were not looked at. Name them with the command above and ' +
  'credentials of that account; or, of a member, run review again with --role and a role there that may name instances.';

async function nameAndRedrive(letter: DeadLetter, parts: ReviewParts): Promise<Step> {
  const atFirst = await parts.stateOf(letter);
  const before = namelessIn(atFirst);
  if (before.length === 0) {
    parts.tell(
      atFirst.instances.some(({ kind }) => kind === 'elsewhere')
        ? NOT_LOOKED_AT
        : 'EC2 shows no nameless instance of it where it was launched.',
    );
    return 'again';
  }
  const name = await parts.ask(`Name for ${before.join(' ')} > `);
  if (name === undefined) return 'quit';
  if (name === '' || name.length > LONGEST_NAME) {
    parts.tell(`Expected 1 to ${LONGEST_NAME} characters, found ${name.length}. Nothing was named.`);
    return 'again';
  }
  const sure = await parts.ask(
    `Give ${counted(before.length, 'instance')} the tag Name=${JSON.stringify(name)}, and redrive? [y/N] > `,
  );
  if (sure === undefined) return 'quit';
  if (!/^y(es)?$/i.test(sure)) return 'again';

  // A name that somebody else gave meanwhile stays.
  const ids = namelessIn(await parts.stateOf(letter));
  if (ids.length > 0) await parts.name(letter, ids, name);
  // A redrive that does not see the name yet would ask for the instance to be terminated.
  for (let look = 0; look < LOOKS; look++) {
    const state = await parts.stateOf(letter);
    if (isSettled(state) || namelessIn(state).length === 0)
      return (await parts.redrive(letter)) === 'settled' ? 'settled' : 'kept';
    await parts.wait();
  }
  parts.tell(
    'Named, but EC2 does not show it yet. Redrive the letter in a minute: it is still in the queue.',
  );
  return 'kept';
}

function namelessIn({ instances }: CurrentState): readonly InstanceId[] {
  return instances.flatMap((one) =>
    one.kind === 'shown' && !one.settled && (one.name ?? '') === '' ? [one.instanceId] : [],
  );
}

async function discardFor(letter: DeadLetter, parts: ReviewParts): Promise<Step> {
  const reason = await parts.ask('Reason, which is logged with your name > ');
  if (reason === undefined) return 'quit';
  if (reason === '') {
    parts.tell('Expected a reason, found none. Nothing was discarded.');
    return 'again';
  }
  await parts.discard(letter, reason);
  return 'discarded';
}
