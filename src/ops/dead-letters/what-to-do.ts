import { nameTheGroup } from '../../enforcer/name-the-group.ts';
import { describeGroup } from '../../enforcer/service-group.ts';
import { failureLine } from './causes.ts';
import { guides, guidesOfNow, type Cause } from './cause-guide.ts';
import { endings, placeholders, type Guide } from './guide.ts';
import { isSettled, type CurrentState } from './current-state.ts';
import { SHORT_ID, sourceOf, type DeadLetter } from './letter.ts';

/** What to do about one dead letter. */
export interface WhatToDo {
  /** Where the launch is. */
  readonly account: string;
  readonly region: string;
  readonly steps: readonly {
    /** The cause that it is about, or what is known now. */
    readonly about: string;
    readonly advice: string;
    /** Commands of a shell, with all filled in that is known, for the account of the launch. */
    readonly commands: readonly string[];
    /** The same for the stack's own account, when those are done. */
    readonly stackCommands: readonly string[];
  }[];
  /** The command for the message itself, when the steps are done. */
  readonly end: string;
}

/** What the commands are filled in with beside what the letter tells. */
export type OfStack = Readonly<Record<'OPS' | 'LOG_GROUP', string>> & {
  /** The role that acts on instances of an account: the function's own, or that of a member. */
  readonly roleIn: (account: string) => string;
  /** The stack's own, for a launch that tells none. */
  readonly account: string;
  readonly region: string;
};

/** Advice on a dead letter, as its causes and its instances now are. */
export function whatToDo(letter: DeadLetter, state: CurrentState | undefined, stack: OfStack): WhatToDo {
  const chosen = guidesFor(letter, state);
  const ends = chosen.some(({ guide }) => guide.end === 'discard') ? 'discard' : 'redrive';
  const open = (state?.instances ?? []).flatMap(({ instanceId, settled }) => (settled ? [] : [instanceId]));
  const { unsettled: byReason, groups } = failureLine(letter.origin);
  const source = sourceOf(letter);
  const { account = stack.account, region = stack.region } = source ?? {};
  const values = {
    OPS: stack.OPS,
    LOG_GROUP: stack.LOG_GROUP,
    ROLE_ARN: stack.roleIn(account),
    REGION: region,
    RESERVATION: source?.reservationId,
    EVENT: source?.eventId,
    MESSAGE: letter.messageId.slice(0, SHORT_ID),
  };
  return {
    account,
    region,
    steps: chosen.map(({ about, guide }) => {
      const named = open.filter((id) => byReason[about]?.includes(id));
      const instances = named.length > 0 ? named : open;
      return {
        about,
        advice: [
          plainText(guide.advice),
          ...(guide.tellsGroups ? groups : []).map(
            (group) =>
              `${describeGroup(group)}: ${nameTheGroup(group, harmlessWord.test(region) ? region : undefined)}`,
          ),
        ].join('\n'),
        commands: guide.commands
          .filter((command) => !isOfStack(command))
          .map((command) => fillIn(command, values, instances)),
        stackCommands: guide.commands.filter(isOfStack).map((command) => fillIn(command, values, instances)),
      };
    }),
    end: fillIn(endings[ends], values, []),
  };
}

/** A guide, with the cause that it is about or what is known now. */
interface Chosen {
  readonly about: string;
  readonly guide: Guide;
}

function guidesFor(letter: DeadLetter, state: CurrentState | undefined): readonly Chosen[] {
  const { causes, contents, event } = letter;
  if (event === undefined) return [ofNow('event left out')];
  if (contents.kind === 'invalid') return [ofCause('invalid-event')];
  if (state !== undefined && isSettled(state)) return [ofNow('settled by now')];
  if (state?.instances.some((one) => one.kind === 'elsewhere' && one.foreign))
    return [ofCause('foreign-launch')];
  if (state !== undefined && state.instances.length > 0 && causes.includes('foreign-launch'))
    return [ofNow('foreign no more')];
  // An error code of EventBridge stands beside `undelivered`, which has the advice.
  const known = causes.filter(isCause);
  const precise = known.filter((cause) => cause !== 'unsettled');
  return (precise.length > 0 ? precise : known).map(ofCause);
}

function ofNow(about: keyof typeof guidesOfNow): Chosen {
  return { about, guide: guidesOfNow[about] };
}

function ofCause(about: Cause): Chosen {
  return { about, guide: guides[about] };
}

function isCause(text: string): text is Cause {
  return Object.hasOwn(guides, text);
}

/** Whether a command is about the functions, whatever account the launch is in. */
function isOfStack(command: string): boolean {
  return /^(?:OPS|npm)\b|\bLOG_GROUP\b/.test(command);
}

/** Whoever may send to the queue chooses these values, and people paste the command into a shell. */
const harmlessWord = /^[\w.:/@+-]+$/;

function fillIn(
  command: string,
  values: Readonly<Record<string, string | undefined>>,
  instances: readonly string[],
): string {
  const ids = instances.filter((id) => harmlessWord.test(id));
  const isForEach = /\bINSTANCE\b/.test(command) && ids.length > 1;
  const filled = command.replaceAll(anyPlaceholder, (name) => {
    if (name === 'INSTANCES') return ids.join(' ') || name;
    if (name === 'INSTANCE') return isForEach ? '"$id"' : (ids[0] ?? name);
    const value = values[name];
    return value !== undefined && (name === 'OPS' || harmlessWord.test(value)) ? value : name;
  });
  return isForEach ? `for id in ${ids.join(' ')}; do ${filled}; done` : filled;
}

const anyPlaceholder = new RegExp(String.raw`\b(?:${placeholders.join('|')})\b`, 'g');

/** Links to the runbook and beyond as text. */
function plainText(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]+)\]\((https:[^)]+)\)/g, '$1 ($2)')
    .replaceAll(/\[([^\]]+)\]\((#[^)]+)\)/g, '"$1" in docs/runbook.md');
}
