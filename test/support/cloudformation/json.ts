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
