import type { Recipient } from './letter.ts';

/** Whose messages the queue is for: the parts of the stack that messages name. */
export interface Owner {
  readonly launches: Sender;
  /** Undefined in a stack of an older template. */
  readonly secondLook: (Sender & { readonly queueArn: string }) | undefined;
  /** What the ARNs of the rules begin with that take the events of members; undefined of a stack that is no hub. */
  readonly memberRules: string | undefined;
}

interface Sender {
  readonly functionArn: string;
  readonly ruleArn: string;
}

/** Which function is to try again what a function failed at; undefined for a function of others. */
export function recipientOfFunction(
  { launches, secondLook }: Owner,
  functionArn: string,
): Recipient | undefined {
  if (functionArn === launches.functionArn) return 'launches';
  return functionArn === secondLook?.functionArn ? 'second-look' : undefined;
}

/**
 * Which function an event was on its way to; undefined for a rule of others. A rule on the bus for members has a name that
 * only CloudFormation knows; what it is for, its target tells.
 *
 * @param targetArn what the rule could not deliver to
 */
export function recipientOfRule(
  { launches, secondLook, memberRules }: Owner,
  ruleArn: string,
  targetArn: string | undefined,
): Recipient | undefined {
  if (ruleArn === launches.ruleArn) return 'launches';
  if (ruleArn === secondLook?.ruleArn) return 'second-look';
  if (targetArn === undefined || memberRules === undefined || !ruleArn.startsWith(memberRules))
    return undefined;
  if (targetArn === launches.functionArn) return 'launches';
  return targetArn === secondLook?.queueArn ? 'second-look' : undefined;
}
