/**
 * Where two values differ, as a path such as `.Filter$.5.0.1.xmlName`; undefined when they are equal. Compared are
 * plain objects and arrays by their keys in order, and functions that refer to another value (`() => Filter$`) by that
 * value. Values may hold themselves.
 */
export function firstDifference(left: unknown, right: unknown): string | undefined {
  const partners = new Map<object, unknown>();
  const waiting = [{ left, right, place: '' }];
  for (const pair of waiting) {
    const a = referred(pair.left);
    const b = referred(pair.right);
    if (!isContainer(a) || !isContainer(b)) {
      if (!Object.is(a, b)) return pair.place;
    } else if (partners.has(a)) {
      if (partners.get(a) !== b) return pair.place;
    } else {
      partners.set(a, b);
      const keys = Object.keys(a);
      if (Array.isArray(a) !== Array.isArray(b) || keys.join() !== Object.keys(b).join()) return pair.place;
      for (const key of keys) {
        waiting.push({
          left: Reflect.get(a, key),
          right: Reflect.get(b, key),
          place: `${pair.place}.${key}`,
        });
      }
    }
  }
  return undefined;
}

function referred(value: unknown): unknown {
  if (typeof value !== 'function') return value;
  const target: unknown = Reflect.apply(value, undefined, []);
  return target;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
