import type { Home, LaunchSource, Tag } from '../../enforcer/launch.ts';
import { formatAge, formatSince } from '../age.ts';
import { counted } from '../counted.ts';
import { describeInstance } from '../instance-now.ts';
import type { Output } from '../output.ts';
import { style } from '../text-for-people.ts';
import type { CurrentState } from './current-state.ts';
import type { DeadLetter } from './letter.ts';
import { expiresAt } from './print-letters.ts';
import type { WhatToDo } from './what-to-do.ts';

/** What is told beside the letter. */
export interface LetterView {
  readonly state: CurrentState | undefined;
  readonly todo: WhatToDo;
  /** Milliseconds that the queue keeps a message for; undefined when nobody knows. */
  readonly retention: number | undefined;
  readonly queueUrl: string;
  /** The stack's own account and region. */
  readonly home: Home;
}

/** The whole of a dead letter, from the launch to what can be done now. */
export function printLetter(output: Output, letter: DeadLetter, view: LetterView): void {
  const { state, todo, retention, queueUrl, home } = view;
  const title = (text: string): void => output.line(`\n${style('bold', text)}`);
  const { messageId, since, receiveCount, causes, contents } = letter;
  output.line(`${style('bold', 'Message')} ${messageId}`);
  output.line(`  failed       ${at(since)}, received ${counted(receiveCount, 'time')}`);
  output.line(`  expires      ${expiryText(letter, retention)}`);
  output.line(`  queue        ${queueUrl}`);
  output.line(`  cause        ${causes.join(', ')}`);

  title(contents.kind === 'started' ? 'The start' : 'The launch');
  for (const line of launchLines(letter)) output.line(`  ${line}`);
  if (contents.kind === 'listed') {
    for (const { instanceId, launchTags } of contents.instances) {
      output.line(`  ${instanceId} launched with ${tagsText(launchTags)}`);
    }
  }

  title('Why it is here');
  for (const line of originLines(letter)) output.line(`  ${line}`);

  title('Now');
  const { instances = [], complete = false } = state ?? {};
  for (const instance of instances) output.line(`  ${describeInstance(instance)}`);
  if (!complete) output.line('  No instances are listed; there may be others.');

  title('What to do');
  const isElsewhere = todo.account !== home.account;
  const withWhose = isElsewhere ? ', with credentials of that account' : '';
  output.line(`  In account ${todo.account}, region ${todo.region}${withWhose}:`);
  for (const { about, advice, commands, stackCommands } of todo.steps) {
    output.line(`  ${style('bold', about)}: ${advice.replaceAll('\n', '\n    ')}`);
    for (const command of commands) output.command(command, 4);
    if (isElsewhere && stackCommands.length > 0)
      output.line(`    In account ${home.account}, that of the stack:`);
    for (const command of stackCommands) output.command(command, 4);
  }
  output.line(isElsewhere ? `  Then, in account ${home.account}, that of the stack:` : '  Then:');
  output.command(todo.end, 4);
}

function expiryText(letter: DeadLetter, retention: number | undefined): string {
  const moment = expiresAt(letter, retention);
  if (moment === undefined) return 'unknown';
  return `${new Date(moment).toISOString()}, in ${formatAge(moment - Date.now())}`;
}

function launchLines({ contents }: DeadLetter): string[] {
  switch (contents.kind) {
    case 'listed':
    case 'unlisted': {
      const tags = contents.kind === 'unlisted' ? [`request tags ${tagsText(contents.launchTags)}`] : [];
      return [...sourceLines(contents.source), ...tags];
    }
    case 'started': {
      const { source, instanceId, startedAt } = contents;
      const { account, region, eventId } = source;
      return [
        `${instanceId} came to run, says EC2, which tells nobody's name`,
        `at           ${at(startedAt)}`,
        `in           ${account ?? 'unknown'} ${region ?? 'unknown'}`,
        `EventBridge  event ${eventId ?? 'unknown'}`,
      ];
    }
    case 'instances': {
      const { source, instanceIds, dueAt, startedAt } = contents;
      return [
        ...sourceLines(source),
        `to be looked at when its time comes, ${new Date(dueAt).toISOString()}: ${counted(instanceIds.length, 'instance')}`,
        ...(startedAt === undefined ? [] : [`came to run  ${at(startedAt)}`]),
      ];
    }
    case 'ignored':
      return [`The event tells of no launch: ${contents.reason}.`];
    case 'invalid':
      return [contents.problem];
    case 'left-out':
      return ['Unknown: event and error were too large for the queue, and the event was left out.'];
  }
}

function sourceLines(source: LaunchSource): string[] {
  const { launcher, invokedBy, account, region, launchedAt, reservationId, eventId } = source;
  return [
    `by           ${launcher ?? 'unknown'}${invokedBy === undefined ? '' : ` through ${invokedBy}`}`,
    `at           ${at(launchedAt)}`,
    `in           ${account ?? 'unknown'} ${region ?? 'unknown'}`,
    `reservation  ${reservationId ?? 'unknown'}`,
    `CloudTrail   event ${eventId ?? 'unknown'}`,
  ];
}

/** What ended the tries, for people. */
const conditions: Readonly<Record<string, string>> = {
  NotRetryable: 'another try would not help',
  RetriesExhausted: 'every try failed',
  EventAgeExceeded: 'it had waited for too long',
  Redriven: 'it failed again when it was redriven',
};

function originLines({ origin, recipient }: DeadLetter): string[] {
  const message = origin.errorMessage?.split('\n') ?? [];
  switch (origin.from) {
    case 'function': {
      const { invokeCount = 1 } = origin;
      const invocations = invokeCount > 1 ? ` (${counted(invokeCount, 'invocation')})` : '';
      return [
        `Given up: ${conditions[origin.condition] ?? origin.condition}${invocations}.`,
        ...(origin.errorType === undefined ? [] : [origin.errorType]),
        ...message,
      ];
    }
    case 'rule': {
      const { errorCode, exhaustedCondition, retryAttempts } = origin;
      const retries = retryAttempts === undefined ? '' : ` after ${retryAttempts} retries`;
      const end = exhaustedCondition === undefined ? '' : ` (${exhaustedCondition})`;
      return [
        `The rule could not deliver the event to the ${recipient === 'launches' ? 'function' : 'second-look queue'}${retries}${end}: ${errorCode}.`,
        ...message,
      ];
    }
    case 'second-look-queue':
      return [
        'The function SecondLook received it ten times and never finished, so SQS moved it here. The function runs ' +
          'out of time, or cannot start: see its log.',
      ];
    case 'function-dead-letter':
      return [`Lambda gave up request ${origin.requestId} with error ${origin.errorCode}.`, ...message];
  }
}

function at(moment: number | undefined): string {
  return moment === undefined ? 'unknown' : `${new Date(moment).toISOString()}, ${formatSince(moment)} ago`;
}

function tagsText(tags: readonly Tag[]): string {
  if (tags.length === 0) return 'no tags in the event';
  return tags.map(({ key, value }) => `${key}=${JSON.stringify(value)}`).join(' ');
}
