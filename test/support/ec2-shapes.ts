import type { NormalizedSchema } from '@smithy/core/schema';
import * as fc from 'fast-check';

/** How deep generated values go; below, structures stay empty. EC2 has shapes that hold themselves. */
const DEPTH = 5;

/**
 * Any value of a schema of the AWS SDK, with every member there, lists of one or two, and text that XML leaves as it is.
 */
export function valuesOf(schema: NormalizedSchema, depth = 0): fc.Arbitrary<unknown> {
  if (schema.isStructSchema()) {
    if (depth >= DEPTH) return fc.constant({});
    const members = [...schema.structIterator()].map(
      ([name, member]) => [name, valuesOf(member, depth + 1)] as const,
    );
    return fc.record(Object.fromEntries(members));
  }
  if (schema.isListSchema()) {
    return fc.array(valuesOf(schema.getValueSchema(), depth + 1), { minLength: 1, maxLength: 2 });
  }
  if (schema.isUnitSchema()) return fc.constant({});
  if (schema.isBooleanSchema()) return fc.boolean();
  if (schema.isNumericSchema()) return fc.integer();
  if (schema.isTimestampSchema())
    return fc.integer({ min: 0, max: 2 ** 32 }).map((seconds) => new Date(seconds * 1000));
  if (schema.isBlobSchema()) return fc.uint8Array({ minLength: 1, maxLength: 8 });
  if (schema.isStringSchema()) return fc.stringMatching(/^[A-Za-z][\w&<>é-]{0,11}$/);
  throw new Error(`No generator for the schema ${schema.getName(true) ?? 'without a name'}: add one here.`);
}

/** EC2's XML of a value, as an element of this name. */
export function toXml(schema: NormalizedSchema, value: unknown, element: string): string {
  return `<${element}>${content(schema, value)}</${element}>`;
}

function content(schema: NormalizedSchema, value: unknown): string {
  if (schema.isStructSchema() && typeof value === 'object' && value !== null) {
    const fields = new Map<string, unknown>(Object.entries(value));
    return [...schema.structIterator()]
      .filter(([name]) => fields.has(name))
      .map(([name, member]) => toXml(member, fields.get(name), member.getMemberTraits().xmlName ?? name))
      .join('');
  }
  if (schema.isListSchema() && Array.isArray(value)) {
    const item = schema.getValueSchema();
    return value.map((one) => toXml(item, one, item.getMergedTraits().xmlName ?? 'member')).join('');
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
