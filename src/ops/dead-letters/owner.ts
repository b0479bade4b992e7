import type { HubParts } from '../hub-parts.ts';
import type { Recipient } from './letter.ts';

/** Whose messages the queue is for: the parts of the stack that messages name. */
export interface Owner {
  readonly launches: Sender;
  /** Undefined in a stack of an older template. */
  readonly secondLook: (Sender & { readonly queueArn: string }) | undefined;
  /** The rules that take the events of members; undefined of a stack that is no hub. */
  readonly hub: Pick<HubParts, 'launches' | 'starts'> | undefined;
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

/** Which function an event was on its way to; undefined for a rule of others. */
export function recipientOfRule(
  { launches, secondLook, hub }: Owner,
  ruleArn: string,
): Recipient | undefined {
  if (ruleArn === launches.ruleArn || ruleArn === hub?.launches.arn) return 'launches';
  return ruleArn === secondLook?.ruleArn || ruleArn === hub?.starts.arn ? 'second-look' : undefined;
}
