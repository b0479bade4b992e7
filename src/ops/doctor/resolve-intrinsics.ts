import * as v from 'valibot';

/** A value of a template in JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** For what `JSON.parse` gave, which is nothing else. */
export const AnyJson = v.custom<Json>(() => true);

/** A template says something that is not understood here. */
export class UnresolvedError extends Error {
  override readonly name = 'UnresolvedError';
}

/**
 * A part of a template with its references and functions replaced by what they stand for in a deployed stack:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 *
 * @param lookUp what a reference stands for: `Queue`, `Queue.Arn`, `AWS::Region`
 * @throws UnresolvedError for a function other than Ref, Fn::GetAtt, Fn::Sub and Fn::Join, or an unknown reference
 */
export function resolveIntrinsics(value: Json, lookUp: (name: string) => string | undefined): Json {
  const resolve = (part: Json): Json => {
    if (isArray(part)) return part.map(resolve);
    if (typeof part !== 'object' || part === null) return part;
    const [first] = Object.entries(part);
    if (first === undefined || Object.keys(part).length > 1 || !isFunction(first[0])) {
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, resolve(inner)]));
    }
    return apply(first[0], first[1]);
  };
  const text = (part: Json): string => {
    const resolved = resolve(part);
    if (typeof resolved === 'string') return resolved;
    throw new UnresolvedError(`Expected a text, found ${JSON.stringify(part)}.`);
  };
  const find = (name: string): string => {
    const found = lookUp(name);
    if (found !== undefined) return found;
    throw new UnresolvedError(`What \`${name}\` stands for is not known.`);
  };
  const apply = (name: string, argument: Json): Json => {
    switch (name) {
      case 'Ref':
        return find(text(argument));
      case 'Fn::GetAtt':
        return find(isArray(argument) ? argument.map(text).join('.') : text(argument));
      case 'Fn::Sub': {
        const [template = '', own = {}] = isArray(argument) ? argument : [argument];
        const names = typeof own === 'object' && own !== null && !isArray(own) ? own : {};
        return text(template).replaceAll(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, inner: string) => {
          if (literal === '!') return whole.replace('!', '');
          const given = names[inner];
          return given === undefined ? find(inner) : text(given);
        });
      }
      case 'Fn::Join': {
        const [separator = '', parts = []] = isArray(argument) ? argument : [];
        return (isArray(parts) ? parts : [parts]).map(text).join(text(separator));
      }
      default:
        throw new UnresolvedError(`The function ${name} is not understood.`);
    }
  };
  return resolve(value);
}

function isFunction(key: string): boolean {
  return key === 'Ref' || key === 'Condition' || key.startsWith('Fn::');
}

/** `Array.isArray` does not tell a readonly array from the rest. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
