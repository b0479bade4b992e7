import { createRuleReader } from '../aws/eventbridge-rule.ts';
import type { Connection } from '../aws/connection.ts';
import { hubParts, type HubParts } from '../hub-parts.ts';
import { placeOf } from '../place.ts';
import type { Stack } from '../stack.ts';
import { stackParts } from '../stack-parts.ts';
import { UNDO_DRIFT, fail, ok, warn, type Check } from './check.ts';
import { sampleEvent, sampleStart } from './sample-event.ts';

/** One of the rules that tell the enforcer of instances. */
interface Signal {
  /** What it tells of. */
  readonly what: 'launches' | 'starts' | 'launches of members' | 'starts of members';
  readonly ruleName: string;
  /** The event bus that it is on. */
  readonly busName: string;
  /** What is to get its events. */
  readonly target: { readonly is: 'function' | 'second-look queue'; readonly arn: string };
  /** An event that it is for. */
  readonly sample: string;
  /** One that is none of its business. */
  readonly other: string;
}

/** Whether each rule is notified, and hands on what it is notified of. */
export function ruleChecks(connection: Connection, stack: Stack): Check[] {
  const place = placeOf(stack);
  const { launches, secondLook } = stackParts(stack);
  const { DeadLetterQueueArn } = stack.outputs;
  const launchSignal: Signal = {
    what: 'launches',
    ruleName: launches.ruleName,
    busName: 'default',
    target: { is: 'function', arn: launches.functionArn },
    sample: sampleEvent(place, 'RunInstances'),
    other: sampleEvent(place, 'TerminateInstances'),
  };
  const startSignal: Signal | undefined = secondLook && {
    what: 'starts',
    ruleName: secondLook.ruleName,
    busName: 'default',
    target: { is: 'second-look queue', arn: secondLook.queueArn },
    sample: sampleStart(place, 'running'),
    other: sampleStart(place, 'stopped'),
  };
  const signals = startSignal === undefined ? [launchSignal] : [launchSignal, startSignal];
  const hub = hubParts(stack);
  const ofMembers = hub === undefined ? [] : signals.map((signal) => onBusOf(hub, signal));
  return [...signals, ...ofMembers].flatMap((signal) => checksOf(connection, signal, DeadLetterQueueArn));
}

/** The same on the members' bus, by events that every member sends. */
function onBusOf({ bus, launches, starts }: HubParts, signal: Signal): Signal {
  return signal.what === 'launches'
    ? { ...signal, what: 'launches of members', ruleName: launches.name, busName: bus.name }
    : { ...signal, what: 'starts of members', ruleName: starts.name, busName: bus.name };
}

function checksOf(
  connection: Connection,
  { what, ruleName, busName, target, sample, other }: Signal,
  deadLetterQueueArn: string,
): Check[] {
  const rule = createRuleReader(connection, ruleName, busName);
  const onBus = busName === 'default' ? '' : ` --event-bus-name ${busName}`;
  return [
    {
      name: `The rule for ${what} is enabled`,
      async look() {
        const { state } = await rule.describe();
        if (state.startsWith('ENABLED')) return ok(`${ruleName} is ${state}`);
        return fail(
          `${ruleName} is ${state}`,
          `Switch it on: aws events enable-rule --name ${ruleName}${onBus}`,
        );
      },
    },
    {
      name: `The rule for ${what} matches them`,
      async look() {
        const { pattern } = await rule.describe();
        if (pattern === undefined) return fail('It has no event pattern', UNDO_DRIFT);
        if (!(await rule.matches(pattern, sample))) {
          return fail(`Its pattern does not match them: ${pattern}`, UNDO_DRIFT);
        }
        if (await rule.matches(pattern, other)) {
          return warn(`Its pattern matches others than ${what} as well: ${pattern}`, UNDO_DRIFT);
        }
        return ok(`EventBridge says that its pattern matches ${what}, and no others`);
      },
    },
    {
      name: `The rule for ${what} hands them to the ${target.is}`,
      async look() {
        const targets = await rule.targets();
        const found = targets.find(({ arn }) => arn === target.arn);
        if (found === undefined) {
          const others = targets.map(({ arn }) => arn).join(', ') || 'none';
          return fail(`${target.arn} is not among its targets: ${others}`, UNDO_DRIFT);
        }
        if (!found.wholeEvent) return fail('Its target gets a changed event', UNDO_DRIFT);
        return ok(`The ${target.is} is its target, and gets the whole event`);
      },
    },
    {
      name: `What the rule for ${what} cannot deliver is kept`,
      async look() {
        const found = (await rule.targets()).find(({ arn }) => arn === target.arn);
        if (found === undefined) return fail(`The ${target.is} is not its target`, UNDO_DRIFT);
        const { deadLetterArn = 'none', retryAttempts } = found;
        if (deadLetterArn !== deadLetterQueueArn) {
          return fail(`Its dead-letter queue is ${deadLetterArn}, not ${deadLetterQueueArn}`, UNDO_DRIFT);
        }
        if (retryAttempts === 0) return warn('It does not try again what failed', UNDO_DRIFT);
        return ok(`Tried up to ${retryAttempts ?? 185} times again, then put into the dead-letter queue`);
      },
    },
  ];
}
