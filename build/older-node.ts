/**
 * What the operators' command line uses and Node.js 20 does not have yet. Loaded before all else of the packed tool;
 * the functions, and a checkout, run on Node.js 24.
 */
// The AWS SDK would say at each start that its versions of 2027 need Node.js 22. The one in the bundle does not.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

if (!('groupBy' in Map)) {
  define(Map, groupBy);
  define(Object, (items: Iterable<unknown>, keyOf: (item: unknown, index: number) => PropertyKey) => ({
    __proto__: null,
    ...Object.fromEntries(groupBy(items, keyOf)),
  }));
}

function define(constructor: object, value: unknown): void {
  Object.defineProperty(constructor, 'groupBy', { value, writable: true, configurable: true });
}

function groupBy<K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
