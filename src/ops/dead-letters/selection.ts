import { InvalidArgumentError, type Command } from 'commander';
import * as v from 'valibot';
import { instanceIdsOf } from './letter.ts';
import type { DeadLetter } from './letter.ts';

const SelectionOptions = v.object({
  cause: v.optional(v.array(v.string())),
  olderThan: v.optional(v.number()),
  instance: v.optional(v.array(v.string())),
  message: v.optional(v.array(v.string())),
});

/** Which dead letters a command is about: those that pass every criterion given; of several values, any one. */
export type Selection = v.InferOutput<typeof SelectionOptions>;

/** Adds the options that select dead letters. */
export function addSelectionOptions(command: Command): Command {
  return command
    .option('--cause <cause...>', 'of this cause, as the list shows it')
    .option('--older-than <age>', 'first failed longer ago than, for example, 30m, 6h or 2d', readAge)
    .option('--instance <id...>', 'of a launch with this instance')
    .option('--message <id...>', 'of this message id, or of ids that begin so');
}

/** @param options of a command with `addSelectionOptions` */
export function readSelection(options: unknown): Selection {
  return v.parse(SelectionOptions, options);
}

export function isEmpty(selection: Selection): boolean {
  return Object.values(selection).every((criterion) => criterion === undefined);
}

/** @param now epoch milliseconds */
export function isSelected(letter: DeadLetter, selection: Selection, now: number): boolean {
  const { cause, olderThan, instance, message } = selection;
  if (cause !== undefined && !cause.some((wanted) => hasCause(letter, wanted))) return false;
  if (olderThan !== undefined && now - (letter.since ?? now) <= olderThan) return false;
  if (instance !== undefined && !instance.some((id) => isAbout(letter, id))) return false;
  return message === undefined || message.some((id) => letter.messageId.startsWith(id));
}

function hasCause({ causes }: DeadLetter, wanted: string): boolean {
  return causes.some((cause) => cause.toLowerCase() === wanted.toLowerCase());
}

/** Also an instance that the failure alone names: one of a launch that the event does not list. */
function isAbout({ contents, origin }: DeadLetter, instanceId: string): boolean {
  if (instanceIdsOf(contents).includes(instanceId)) return true;
  return (origin.errorMessage ?? '').split(/[^-0-9a-z]+/).includes(instanceId);
}

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * An age on the command line, such as `90m`.
 *
 * @returns milliseconds
 */
export function readAge(text: string): number {
  const [, number, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (number === undefined || !isUnit(unit)) {
    throw new InvalidArgumentError('Expected a whole number with s, m, h or d, for example 90m.');
  }
  return Number(number) * units[unit];
}

function isUnit(text: string | undefined): text is keyof typeof units {
  return text !== undefined && Object.hasOwn(units, text);
}
