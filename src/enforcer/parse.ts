import * as v from 'valibot';
import { InvalidEventError } from './errors.ts';

/**
 * What the schema reads of an event or message.
 *
 * @throws InvalidEventError with the path of the first thing that is not as expected
 */
export function parse<const S extends v.GenericSchema>(schema: S, event: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, event);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new InvalidEventError({
    path: v.getDotPath(issue) ?? 'event',
    expected: expectedBy(issue),
    received: issue.received,
  });
}

function expectedBy({ type, message, expected, received }: v.BaseIssue<unknown>): string {
  if (type === 'regex') return message;
  const text = String(expected);
  // Of a key that is missing, valibot says the key in quotation marks.
  return text[0] === '"' && received === 'undefined' ? 'present' : text;
}
