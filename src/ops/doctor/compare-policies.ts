import { isArray, type Json } from './resolve-intrinsics.ts';

/** Each way in which a policy document differs from the expected one, by statement; empty when they say the same. */
export function comparePolicies(expected: Json, found: Json): string[] {
  const wanted = statementsOf(expected);
  const present = statementsOf(found);
  const differences: string[] = [];
  for (const [sid, statement] of wanted) {
    const other = present.get(sid);
    if (other === undefined) differences.push(`${sid} is missing`);
    else if (other !== statement) differences.push(`${sid} is changed`);
  }
  for (const sid of present.keys()) if (!wanted.has(sid)) differences.push(`${sid} is added`);
  return differences;
}

/** Statements in a form in which equal meanings are equal texts, by Sid or, without one, by that text. */
function statementsOf(document: Json): ReadonlyMap<string, string> {
  const statements = isObject(document) ? (document['Statement'] ?? []) : [];
  return new Map(
    (isArray(statements) ? statements : [statements]).map((statement) => {
      const text = JSON.stringify(normal(statement));
      const sid = isObject(statement) ? statement['Sid'] : undefined;
      return [typeof sid === 'string' ? sid : `the statement ${text}`, text];
    }),
  );
}

/** Keys in order; lists in order too, since IAM gives it no meaning; a list of one as that one. */
function normal(value: Json): Json {
  if (isArray(value)) {
    const list = value
      .map(normal)
      .toSorted((one, other) => compare(JSON.stringify(one), JSON.stringify(other)));
    return list.length === 1 && list[0] !== undefined ? list[0] : list;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => compare(one, other));
  return Object.fromEntries(entries.map(([key, inner]) => [key, normal(inner)]));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !isArray(value);
}
