import type { Tag } from '../../enforcer/launch.ts';
import { formatSince } from '../age.ts';
import { counted } from '../counted.ts';
import type { Output } from '../output.ts';
import { style } from '../text-for-people.ts';
import { isSettled } from './current-state.ts';
import type { CurrentState, InstanceNow } from './current-state.ts';
import type { DeadLetter, ForeignMessage, Letter, Origin } from './letter.ts';

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
  const { event: _, ...known } = letter;
  if (state === undefined) return { ...known, since };
  return { ...known, since, instances: state.instances, settled: isSettled(state) };
}

/** `unsettled, protected`. */
function causeCell({ causes }: DeadLetter): string {
  return causes.join(', ');
}

/** The launcher's short name under the account and region. */
export function launcherCell({ contents }: DeadLetter): string {
  switch (contents.kind) {
    case 'listed':
    case 'unlisted': {
      const { launcher, account, region } = contents.source;
      const parts = launcher?.split(/[:/]/) ?? ['unknown'];
      return [parts.slice(-2).join('/'), `${account ?? 'unknown'} ${region ?? 'unknown'}`].join('\n');
    }
    case 'ignored':
      return `no launch (${contents.reason})`;
    case 'invalid':
      return 'no event of an API call';
    case 'left-out':
      return 'unknown: Lambda left the event out';
  }
}

/** Instances that a cell lists before it counts the rest. */
const LISTED = 5;

/** One line an instance, the open ones first. */
function instancesCell(state: CurrentState): string {
  const { instances, complete } = state;
  const sorted = instances.toSorted((one, other) => Number(one.settled) - Number(other.settled));
  const lines = sorted.slice(0, LISTED).map(describeInstance);
  const rest = sorted.slice(LISTED);
  const open = rest.filter(({ settled }) => !settled).length;
  if (rest.length > 0) lines.push(`and ${rest.length} more, ${open} of them open`);
  if (!complete && instances.length > 0) lines.push('and perhaps others: the event lists none');
  if (isSettled(state)) lines.push(style('green', 'settled by now'));
  return lines.join('\n') || 'none known';
}

/** `i-0123456789abcdef0 running, no name`. */
function describeInstance(instance: InstanceNow): string {
  const { instanceId } = instance;
  switch (instance.kind) {
    case 'shown': {
      const name =
        instance.name === undefined ? 'no name' : instance.name === '' ? 'empty name' : `"${instance.name}"`;
      const text = `${instanceId} ${instance.state}, ${name}`;
      return instance.settled ? text : style('yellow', text);
    }
    case 'elsewhere':
      return `${instanceId} ${style('yellow', 'of another account or region, not looked at')}`;
    case 'not-shown':
      return `${instanceId} ${instance.settled ? 'gone' : style('yellow', 'not shown by EC2')}`;
    case 'unknown':
      return `${instanceId} ${style('yellow', `unknown (${instance.detail})`)}`;
  }
}

/** The whole of a dead letter, from the launch to what can be done now. */
export function printLetter(output: Output, letter: DeadLetter, state: CurrentState | undefined): void {
  const title = (text: string): void => output.line(`\n${style('bold', text)}`);
  const { messageId, since, receiveCount, causes, origin, contents } = letter;
  output.line(`${style('bold', 'Message')} ${messageId}`);
  output.line(`  failed       ${at(since)}, received ${counted(receiveCount, 'time')}`);
  output.line(`  cause        ${causes.join(', ')}`);

  title('The launch');
  for (const line of launchLines(letter)) output.line(`  ${line}`);
  if (contents.kind === 'listed') {
    for (const { instanceId, launchTags } of contents.instances) {
      output.line(`  ${instanceId} launched with ${tagsText(launchTags)}`);
    }
  }

  title('Why it is here');
  for (const line of originLines(origin)) output.line(`  ${line}`);

  title('Now');
  const { instances = [], complete = false } = state ?? {};
  for (const instance of instances) output.line(`  ${describeInstance(instance)}`);
  if (!complete) output.line('  The event lists no instances; there may be others.');

  title('What to do');
  output.line(`  ${adviceOn(letter, state)}`);
}

function launchLines({ contents }: DeadLetter): string[] {
  switch (contents.kind) {
    case 'listed':
    case 'unlisted': {
      const { launcher, invokedBy, account, region, launchedAt, reservationId, eventId } = contents.source;
      const tags = contents.kind === 'unlisted' ? [`request tags ${tagsText(contents.launchTags)}`] : [];
      return [
        `by           ${launcher ?? 'unknown'}${invokedBy === undefined ? '' : ` through ${invokedBy}`}`,
        `at           ${at(launchedAt)}`,
        `in           ${account ?? 'unknown'} ${region ?? 'unknown'}`,
        `reservation  ${reservationId ?? 'unknown'}`,
        `CloudTrail   event ${eventId ?? 'unknown'}`,
        ...tags,
      ];
    }
    case 'ignored':
      return [`The event tells of no launch: ${contents.reason}.`];
    case 'invalid':
      return [contents.problem];
    case 'left-out':
      return ['Unknown: event and error were too large for the queue, and Lambda left the event out.'];
  }
}

function originLines(origin: Origin): string[] {
  const message = origin.errorMessage?.split('\n') ?? [];
  switch (origin.from) {
    case 'function':
      return [
        `The function was invoked ${origin.invokeCount ?? 'an unknown number of'} times; ended by ${origin.condition}.`,
        ...(origin.errorType === undefined ? [] : [origin.errorType]),
        ...message,
      ];
    case 'rule': {
      const { errorCode, exhaustedCondition, retryAttempts } = origin;
      const retries = retryAttempts === undefined ? '' : ` after ${retryAttempts} retries`;
      const end = exhaustedCondition === undefined ? '' : ` (${exhaustedCondition})`;
      return [
        `The rule could not deliver the event to the function${retries}${end}: ${errorCode}.`,
        ...message,
      ];
    }
    case 'function-dead-letter':
      return [`Lambda gave up request ${origin.requestId} with error ${origin.errorCode}.`, ...message];
  }
}

function adviceOn(letter: DeadLetter, state: CurrentState | undefined): string {
  const id = letter.messageId.slice(0, SHORT_ID);
  const redrive = `\`dead-letters redrive --message ${id}\``;
  if (letter.event === undefined) {
    return `There is no event to send again. Look in CloudTrail for the launch, see to its instances, then \`dead-letters discard --message ${id} --reason ...\`.`;
  }
  if (letter.contents.kind === 'invalid') {
    return `Sending it again does not help. When you know where it came from: \`dead-letters discard --message ${id} --reason ...\`.`;
  }
  if (state !== undefined && isSettled(state)) {
    return `All its instances are settled by now. ${redrive} lets the function see so, and deletes the message.`;
  }
  if (state?.instances.some(({ kind }) => kind === 'elsewhere')) {
    return `The launch is of another account or region, which this stack does not look into. See to its instances there, then \`dead-letters discard --message ${id} --reason ...\`.`;
  }
  if (letter.origin.from === 'rule') {
    return `Fix the delivery first (\`doctor\` shows how), then ${redrive}.`;
  }
  return `Fix what the failure names, then ${redrive}.`;
}

function at(moment: number | undefined): string {
  return moment === undefined ? 'unknown' : `${new Date(moment).toISOString()}, ${formatSince(moment)} ago`;
}

function tagsText(tags: readonly Tag[]): string {
  if (tags.length === 0) return 'no tags in the event';
  return tags.map(({ key, value }) => `${key}=${JSON.stringify(value)}`).join(' ');
}
