import * as v from 'valibot';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export const Json: v.GenericSchema<unknown, Json> = v.union([
  v.string(),
  v.number(),
  v.boolean(),
  v.null(),
  v.array(v.lazy(() => Json)),
  v.lazy(() => JsonObject),
]);

export const JsonObject: v.GenericSchema<unknown, JsonObject> = v.record(v.string(), Json);

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value at a path of keys; throws, naming the path, where a key is missing. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json {
  let here = value;
  for (const [depth, key] of path.entries()) {
    here = child(here, key);
    if (here === undefined)
      throw new Error(`Expected a value at ${path.slice(0, depth + 1).join('.')}, found none.`);
  }
  if (here === undefined) throw new Error('Expected a value, found none.');
  return here;
}

function child(value: Json | undefined, key: string | number): Json | undefined {
  if (isJsonObject(value)) return value[String(key)];
  return isJsonArray(value) && typeof key === 'number' ? value[key] : undefined;
}

/** The items of a list; a single value stands for a list of one, as IAM and CloudFormation let it. */
export function list(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return isJsonArray(value) ? value : [value];
}

/** The entries of a mapping; throws for anything else. */
export function entries(value: Json | undefined): [string, Json][] {
  if (isJsonObject(value)) return Object.entries(value);
  throw new Error(`Expected a mapping, found ${JSON.stringify(value)}.`);
}

export function keys(value: Json | undefined): string[] {
  return entries(value).map(([key]) => key);
}

/** The text at a path of keys; throws, naming the path, for anything else. */
export function textAt(value: Json | undefined, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  if (typeof found === 'string') return found;
  throw new Error(`Expected a text at ${path.join('.')}, found ${JSON.stringify(found)}.`);
}
