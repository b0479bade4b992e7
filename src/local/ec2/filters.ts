import { Ec2Error, invalidParameterValue, missingParameter } from './errors.ts';
import type { QueryParameters } from './query-parameters.ts';

/** One filter of a describe call. A resource passes when any of the filter's values matches. */
export interface Filter {
  readonly name: string;
  /** The values as plain texts, if none of them has a wildcard. */
  readonly literals: ReadonlySet<string> | undefined;
  readonly matches: (text: string) => boolean;
}

/** Limits of one filter, of EC2's `FilterLimitExceeded`. */
const maxValues = 200;
const maxValueLength = 255;

/**
 * Filters of a request. Names and values are case-sensitive; `*` matches any characters, `?` exactly one, and a
 * backslash takes the next character as it is.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 *
 * @param isKnown whether the action knows a filter of this name
 */
export function parseFilters(
  parameters: QueryParameters,
  isKnown: (name: string) => boolean,
): readonly Filter[] {
  return parameters.items('Filter').map((item) => {
    const name = item.requiredText('Name');
    if (!isKnown(name)) throw invalidParameterValue(`The filter '${name}' is invalid`);
    const values = item.texts('Value');
    if (values.length === 0) throw missingParameter(`${item.path}.Value`);
    if (values.length > maxValues) {
      throw new Ec2Error(
        'FilterLimitExceeded',
        `The maximum number of filter values specified on a single call is ${maxValues}`,
      );
    }
    if (values.some((value) => value.length > maxValueLength)) {
      throw new Ec2Error(
        'FilterLimitExceeded',
        `The maximum length for a filter value is ${maxValueLength} characters`,
      );
    }
    return filter(name, values);
  });
}

function filter(name: string, values: readonly string[]): Filter {
  const literals = new Set<string>();
  const patterns: RegExp[] = [];
  for (const value of values) {
    const { literal, pattern } = readValue(value);
    if (pattern === undefined) literals.add(literal);
    else patterns.push(pattern);
  }
  return {
    name,
    literals: patterns.length === 0 ? literals : undefined,
    matches: (text) => literals.has(text) || patterns.some((pattern) => pattern.test(text)),
  };
}

function readValue(value: string): { literal: string; pattern: RegExp | undefined } {
  let literal = '';
  let source = '';
  let wild = false;
  for (const [, escaped, character = ''] of value.matchAll(/\\(.)|(.)/gsu)) {
    if (escaped === undefined && (character === '*' || character === '?')) {
      wild = true;
      source += character === '*' ? '.*' : '.';
    } else {
      literal += escaped ?? character;
      source += escapePattern(escaped ?? character);
    }
  }
  return { literal, pattern: wild ? new RegExp(`^${source}$`, 'su') : undefined };
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
