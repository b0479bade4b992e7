import { InvalidArgumentError, type Command } from 'commander';
import * as v from 'valibot';
import { OpsError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import { knownCauses } from './cause-guide.ts';
import { instanceIdsOf, SHORT_ID, sourceOf } from './letter.ts';
import type { DeadLetter } from './letter.ts';
import { fitsLauncher, launcherEnds } from './launcher.ts';

const values = v.optional(v.array(v.string()));

const SelectionOptions = v.object({
  cause: values,
  launcher: values,
  account: values,
  launchedIn: values,
  instance: values,
  message: values,
  olderThan: v.optional(v.number()),
});

/** Which dead letters a command is about: those that pass every criterion given; of several values, any one. */
export type Selection = v.InferOutput<typeof SelectionOptions>;

/** Adds the options that select dead letters. */
export function addSelectionOptions(command: Command): Command {
  return command
    .option('--cause <cause...>', 'of this cause, as the list shows it', readCauses)
    .option('--launcher <name...>', 'launched by this one: an ARN, or its last parts, as the list shows them')
    .option('--account <id...>', 'of a launch in this account', readAccounts)
    .option('--launched-in <region...>', 'of a launch in this region')
    .option('--instance <id...>', 'of a launch with this instance')
    .option('--message <id...>', 'of this message id, or of ids that begin so')
    .option('--older-than <age>', 'first failed longer ago than, for example, 30m, 6h or 2d', readAge);
}

/** @param options of a command with `addSelectionOptions` */
export function readSelection(options: unknown): Selection {
  return v.parse(SelectionOptions, options);
}

export function isEmpty(selection: Selection): boolean {
  return Object.values(selection).every((criterion) => criterion === undefined);
}

/** A criterion with values that somebody types, and may mistype. */
interface Criterion {
  /** What its values are, for people. */
  readonly noun: string;
  readonly fits: (letter: DeadLetter, wanted: string) => boolean;
  /** The values that would find the letter. */
  readonly valuesOf: (letter: DeadLetter) => readonly string[];
}

const criteria = {
  cause: {
    noun: 'the cause',
    fits: ({ causes }, wanted) => causes.some((cause) => cause.toLowerCase() === wanted.toLowerCase()),
    valuesOf: ({ causes }) => causes,
  },
  launcher: {
    noun: 'the launcher',
    fits: (letter, wanted) => fitsLauncher(sourceOf(letter)?.launcher, wanted),
    valuesOf: (letter) => launcherEnds(sourceOf(letter)?.launcher),
  },
  account: {
    noun: 'the account',
    fits: (letter, wanted) => sourceOf(letter)?.account === wanted,
    valuesOf: (letter) => known(sourceOf(letter)?.account),
  },
  launchedIn: {
    noun: 'the region',
    fits: (letter, wanted) => sourceOf(letter)?.region === wanted,
    valuesOf: (letter) => known(sourceOf(letter)?.region),
  },
  instance: {
    noun: 'the instance',
    fits: isAbout,
    valuesOf: ({ contents }) => instanceIdsOf(contents),
  },
  message: {
    noun: 'the message',
    fits: ({ messageId }, wanted) => messageId.startsWith(wanted),
    valuesOf: ({ messageId }) => [messageId.slice(0, SHORT_ID)],
  },
} as const satisfies Readonly<Record<Exclude<keyof Selection, 'olderThan'>, Criterion>>;

const criterionNames = [
  'cause',
  'launcher',
  'account',
  'launchedIn',
  'instance',
  'message',
] as const satisfies readonly (keyof typeof criteria)[];

/** @param now epoch milliseconds */
export function isSelected(letter: DeadLetter, selection: Selection, now: number): boolean {
  const { olderThan } = selection;
  if (olderThan !== undefined && now - (letter.since ?? now) <= olderThan) return false;
  return criterionNames.every(
    (name) => selection[name]?.some((wanted) => criteria[name].fits(letter, wanted)) ?? true,
  );
}

/**
 * Lets no typo look healthy: a value that finds nothing in a queue that holds dead letters may be one. A cause of the
 * tool's own may well have no letter, and an empty queue is an answer.
 *
 * @param letters all dead letters of the queue, selected or not
 * @throws OpsError that names each such value, with the nearest that there is
 */
export function refuseUnknownValues(selection: Selection, letters: readonly DeadLetter[]): void {
  if (letters.length === 0) return;
  const problems = criterionNames.flatMap((name) => {
    const { noun, fits, valuesOf } = criteria[name];
    const missing = (selection[name] ?? []).filter(
      (wanted) => !isKnownCause(name, wanted) && !letters.some((letter) => fits(letter, wanted)),
    );
    return missing.map((wanted) => {
      return `No dead letter has ${noun} \`${wanted}\`. ${didYouMean(wanted, letters.flatMap(valuesOf))}`.trim();
    });
  });
  if (problems.length > 0) {
    throw new OpsError(`${problems.join('\n')}\nSee what is there with \`dead-letters list --summary\`.`);
  }
}

function isKnownCause(name: keyof Selection, wanted: string): boolean {
  return name === 'cause' && knownCauses.includes(wanted.toLowerCase());
}

function known(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

/** Also an instance that the failure alone names: one of a launch that the event does not list. */
function isAbout({ contents, origin }: DeadLetter, instanceId: string): boolean {
  if (instanceIdsOf(contents).includes(instanceId)) return true;
  return (origin.errorMessage ?? '').split(/[^-0-9a-z]+/).includes(instanceId);
}

/** EventBridge's error codes are not listed anywhere as a whole, and look like `NO_PERMISSIONS`. */
const errorCode = /^[A-Z]+(?:_[A-Z]+)*$/;

/** A name that can be no cause is refused before anything is asked of AWS. */
function readCauses(text: string, before: readonly string[] = []): readonly string[] {
  if (knownCauses.includes(text.toLowerCase()) || errorCode.test(text)) return [...before, text];
  throw new InvalidArgumentError(
    `Expected a cause of the list, or an error code. ${didYouMean(text, knownCauses)}`,
  );
}

function readAccounts(text: string, before: readonly string[] = []): readonly string[] {
  if (/^\d{12}$/.test(text)) return [...before, text];
  throw new InvalidArgumentError('Expected the 12 digits of an account.');
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
