import { InvalidArgumentError } from 'commander';
import * as v from 'valibot';
import { readAge } from './dead-letters/selection.ts';

/** A day, or a time with its zone: without one, nobody knows which moment is meant. */
const isoMoment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

const IsoMoment = v.pipe(
  v.string(),
  v.regex(isoMoment),
  // The language rolls 30 February over to March.
  v.check((text) => new Date(`${text.slice(0, 10)}T00:00Z`).toJSON()?.slice(0, 10) === text.slice(0, 10)),
  v.transform(Date.parse),
  v.number(),
);

/**
 * A moment on the command line: a day (`2026-03-01`, its beginning in UTC), a time (`2026-03-01T09:00:00Z`), or an age
 * (`7d`), which is so long before now.
 *
 * @returns epoch milliseconds
 * @throws InvalidArgumentError for any other text
 */
export function readMoment(text: string): number {
  if (/^\d+[smhd]$/.test(text)) return Date.now() - readAge(text);
  const moment = v.safeParse(IsoMoment, text);
  if (moment.success) return moment.output;
  throw new InvalidArgumentError(
    'Expected a time such as 2026-03-01T09:00:00Z or 2026-03-01, or an age such as 7d, 12h or 30m.',
  );
}
