import { formatAge, formatSince } from '../age.ts';
import { counted } from '../counted.ts';
import type { Home } from '../../enforcer/launch.ts';
import type { Output } from '../output.ts';
import { instanceLines } from '../instance-now.ts';
import { style } from '../text-for-people.ts';
import { contentsDocument } from './contents-document.ts';
import { isSettled } from './current-state.ts';
import type { CurrentState } from './current-state.ts';
import { launcherLabel } from './launcher.ts';
import { SHORT_ID, type DeadLetter, type ForeignMessage, type Letter } from './letter.ts';
import { groupLetters, sortLetters, type Sort } from './letter-groups.ts';

/** How letters are shown to people. */
export interface LettersView {
  readonly states: ReadonlyMap<string, CurrentState>;
  /** The stack's own account and region, which are not told of each letter. */
  readonly home: Home;
  /** Milliseconds that the queue keeps a message for; undefined when nobody knows. */
  readonly retention: number | undefined;
  readonly sort?: Sort | undefined;
  /** At most so many rows. */
  readonly limit?: number | undefined;
  /** A row for each letter; otherwise those that failed alike are one row. */
  readonly each?: boolean;
}

/** One row for the letters that failed alike, the oldest first. */
export function printLetters(output: Output, letters: readonly DeadLetter[], view: LettersView): void {
  if (letters.length === 0) return;
  const { sort, limit, each = false } = view;
  const groups = each
    ? sortLetters(letters, sort).map((letter) => [letter])
    : groupLetters(letters, sort).map((group) => group.letters);
  output.table(
    ['Message', 'Age', 'Expires in', 'Cause', 'Launcher', 'Instances now'],
    groups.slice(0, limit).map((group) => rowOf(group, view)),
  );
  const hidden = groups.slice(limit ?? groups.length);
  if (hidden.length > 0) {
    output.line(
      `${counted(hidden.length, 'more row')}, of ${counted(hidden.flat().length, 'dead letter')}, left out by --limit.`,
    );
  }
  if (!each && groups.length < letters.length) {
    output.line(
      'Those that failed alike are one row, with the age of the oldest. Each by itself: list --each.',
    );
  }
}

function rowOf(group: readonly DeadLetter[], view: LettersView): string[] {
  const { states, home, retention } = view;
  const [first] = group;
  if (first === undefined) return [];
  const isOne = group.length === 1;
  return [
    isOne ? first.messageId.slice(0, SHORT_ID) : `${group.length.toLocaleString('en')} letters`,
    formatSince(first.since),
    expiryCell(group, retention),
    causesText(first),
    launcherCell(group, home),
    isOne ? instancesCell(states.get(first.messageId)) : countsCell(group, states),
  ];
}

/** Milliseconds, in which a person should be told in colour. */
const SOON = 4 * 24 * 3_600_000;

function expiryCell(group: readonly DeadLetter[], retention: number | undefined): string {
  const next = Math.min(...group.map((letter) => expiresAt(letter, retention) ?? Infinity));
  if (next === Infinity) return 'unknown';
  const left = next - Date.now();
  const text = formatAge(left);
  return left < SOON ? style('red', text) : text;
}

/** When SQS deletes the message, in epoch milliseconds; undefined when nobody knows. */
export function expiresAt({ sentAt }: DeadLetter, retention: number | undefined): number | undefined {
  return sentAt === undefined || retention === undefined ? undefined : sentAt + retention;
}

/** One line a foreign message, with what it is not. */
export function printForeign(output: Output, messages: readonly ForeignMessage[]): void {
  for (const { messageId, because } of messages) {
    output.note(
      `${messageId.slice(0, SHORT_ID)} is not of this stack (${because}). It is left alone; see it in the SQS console.`,
    );
  }
}

/** A message for programs: all that is known of it but the event itself, and what its instances are now. */
export function letterDocument(letter: Letter, state?: CurrentState, retention?: number) {
  const since = iso(letter.since);
  if (letter.kind === 'foreign') return { ...letter, since };
  const { event: _, sentAt, contents, ...rest } = letter;
  const known = { ...rest, contents: contentsDocument(contents) };
  const times = { since, sentAt: iso(sentAt), expiresAt: iso(expiresAt(letter, retention)) };
  if (state === undefined) return { ...known, ...times };
  return { ...known, ...times, instances: state.instances, settled: isSettled(state) };
}

function iso(moment: number | undefined): string | null {
  return moment === undefined ? null : new Date(moment).toISOString();
}

/** `protected`: the reasons say that it is `unsettled`. */
export function causesText({ causes }: DeadLetter): string {
  const precise = causes.filter((cause) => cause !== 'unsettled');
  return (precise.length > 0 ? precise : causes).join(', ');
}

/**
 * The launcher's short name, of letters that have one in common.
 *
 * @param home where it goes without saying; elsewhere, account and region stand under the name
 */
export function launcherCell(letters: readonly DeadLetter[], home: Home): string {
  const [letter] = letters;
  if (letter === undefined) return '';
  const { contents, recipient } = letter;
  switch (contents.kind) {
    case 'listed':
    case 'unlisted':
    case 'started':
    case 'instances': {
      const { account, region } = contents.source;
      const names = letters.map((one) =>
        'source' in one.contents ? one.contents.source.launcher : undefined,
      );
      const label = launcherLabel(names);
      if (account === home.account && region === home.region) return label;
      return `${label}\n${account ?? 'unknown'}\n${region ?? 'unknown'}`;
    }
    case 'ignored':
      return `no launch (${contents.reason})`;
    case 'invalid':
      return recipient === 'launches' ? 'no event of an API call' : 'no message of the enforcer';
    case 'left-out':
      return 'unknown: event left out';
  }
}

/** One line an instance, the open ones first. */
function instancesCell(state: CurrentState = { instances: [], complete: false }): string {
  const { instances, complete } = state;
  const lines = instanceLines(instances);
  if (!complete && instances.length > 0) lines.push('and perhaps others: the event lists none');
  if (isSettled(state)) lines.push(style('green', 'settled by now'));
  return lines.join('\n') || 'none known';
}

function countsCell(group: readonly DeadLetter[], states: ReadonlyMap<string, CurrentState>): string {
  const instances = group.flatMap(({ messageId }) => states.get(messageId)?.instances ?? []);
  const byId = new Map(instances.map((instance) => [instance.instanceId, instance]));
  if (byId.size === 0) return 'none known';
  const open = [...byId.values()].filter(({ settled }) => !settled).length;
  const settled = byId.size - open;
  if (open === 0) return style('green', `${settled.toLocaleString('en')} settled by now`);
  const text = style('yellow', `${open.toLocaleString('en')} open`);
  return settled === 0 ? text : `${text}, ${settled.toLocaleString('en')} settled`;
}
