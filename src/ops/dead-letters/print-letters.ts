import { formatSince } from '../age.ts';
import type { Output } from '../output.ts';
import { instanceLines, shortLauncher } from '../instance-now.ts';
import { style } from '../text-for-people.ts';
import { contentsDocument } from './contents-document.ts';
import { isSettled } from './current-state.ts';
import type { CurrentState } from './current-state.ts';
import type { DeadLetter, ForeignMessage, Letter } from './letter.ts';

/** Characters of a message id that tell it apart; every command takes them for the whole. */
export const SHORT_ID = 8;

/** One row a dead letter, the oldest first. */
export function printLetters(
  output: Output,
  letters: readonly DeadLetter[],
  states: ReadonlyMap<string, CurrentState>,
): void {
  if (letters.length === 0) return;
  const rows = letters
    .toSorted(byAge)
    .map((letter) => [
      letter.messageId.slice(0, SHORT_ID),
      formatSince(letter.since),
      causeCell(letter),
      launcherCell(letter),
      instancesCell(states.get(letter.messageId) ?? { instances: [], complete: false }),
    ]);
  output.table(['Message', 'Age', 'Cause', 'Launcher, account, region', 'Instances now'], rows);
}

/** One line a foreign message, with what it is not. */
export function printForeign(output: Output, messages: readonly ForeignMessage[]): void {
  for (const { messageId, because } of messages) {
    output.note(
      `${messageId.slice(0, SHORT_ID)} is not of this stack (${because}). It is left alone; see it in the SQS console.`,
    );
  }
}

function byAge(one: DeadLetter, other: DeadLetter): number {
  return (one.since ?? 0) - (other.since ?? 0);
}

/** A message for programs: all that is known of it but the event itself, and what its instances are now. */
export function letterDocument(letter: Letter, state?: CurrentState) {
  const since = letter.since === undefined ? null : new Date(letter.since).toISOString();
  if (letter.kind === 'foreign') return { ...letter, since };
  const { event: _, contents, ...rest } = letter;
  const known = { ...rest, contents: contentsDocument(contents) };
  if (state === undefined) return { ...known, since };
  return { ...known, since, instances: state.instances, settled: isSettled(state) };
}

/** `unsettled, protected`. */
function causeCell({ causes }: DeadLetter): string {
  return causes.join(', ');
}

/** The launcher's short name under the account and region. */
export function launcherCell({ contents, recipient }: DeadLetter): string {
  switch (contents.kind) {
    case 'listed':
    case 'unlisted':
    case 'started':
    case 'instances': {
      const { launcher, account, region } = contents.source;
      return [shortLauncher(launcher), `${account ?? 'unknown'} ${region ?? 'unknown'}`].join('\n');
    }
    case 'ignored':
      return `no launch (${contents.reason})`;
    case 'invalid':
      return recipient === 'launches' ? 'no event of an API call' : 'no message of the enforcer';
    case 'left-out':
      return 'unknown: the event was left out';
  }
}

/** One line an instance, the open ones first. */
function instancesCell(state: CurrentState): string {
  const { instances, complete } = state;
  const lines = instanceLines(instances);
  if (!complete && instances.length > 0) lines.push('and perhaps others: the event lists none');
  if (isSettled(state)) lines.push(style('green', 'settled by now'));
  return lines.join('\n') || 'none known';
}
