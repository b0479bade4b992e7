import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidEventError } from '../../src/enforcer/errors.ts';
import type { IgnoredEvent, Launch } from '../../src/enforcer/launch.ts';
import { readLaunch } from '../../src/enforcer/read-launch.ts';

const folder = new URL('../../events/', import.meta.url);
const samples = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));

/** Steps from the root of a JSON value to one of its parts. */
type Path = readonly (string | number)[];

function pathsOf(json: unknown, path: Path = []): Path[] {
  if (typeof json !== 'object' || json === null) return [path];
  const parts = Array.isArray(json) ? [...json.entries()] : Object.entries(json);
  return [path, ...parts.flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

/** The value with what stands at the path replaced; deleted, if by undefined. */
function replaced(json: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) {
    const items = json.map((part, index): unknown => (index === step ? replaced(part, rest, by) : part));
    return items.filter((part) => part !== undefined);
  }
  const parts = Object.entries(json).map(([key, part]): [string, unknown] => {
    return [key, key === step ? replaced(part, rest, by) : part];
  });
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}

/** What CloudTrail and fools put into fields: nothing, the wrong kind of thing, wildcards, near misses. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    'true',
    '',
    '*',
    'i-*',
    'i-0123456789ABCDEF0',
    'i-0123456789abcdef0',
    {},
    [],
    { omitted: true },
    { items: [] },
    { items: {} },
    { items: [{}] },
    [{ instanceId: 'i-01234567' }],
    { items: [{ instanceId: 'i-01234567' }, { instanceId: 'i-01234567' }] },
    { items: [{ key: 'Name' }] },
    'RunInstances',
    -1,
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

const mutated = fc
  .record({
    sample: fc.constantFrom(...samples),
    changes: fc.array(fc.record({ where: fc.nat(), by: odd }), { minLength: 1, maxLength: 4 }),
  })
  .map(({ sample, changes }) => {
    let event: unknown = sample;
    for (const { where, by } of changes) {
      const paths = pathsOf(event);
      event = replaced(event, paths[where % paths.length] ?? [], by);
    }
    return event;
  });

/** The launch, or undefined for an event that is refused by the one error there is for it. */
function read(event: unknown): Launch | IgnoredEvent | undefined {
  try {
    return readLaunch(event);
  } catch (error) {
    if (error instanceof InvalidEventError) return undefined;
    throw error;
  }
}

/** Holds for any event at all. */
function expectSafe(event: unknown): void {
  const before = structuredClone(event);
  const launch = read(event);

  expect(event).toEqual(before);
  if (launch?.kind !== 'listed') return;
  const text = JSON.stringify(event);
  const ids = launch.instances.map(({ instanceId }) => instanceId);
  expect(ids).not.toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { instanceId, launchTags } of launch.instances) {
    expect(instanceId).toMatch(/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/);
    expect(text).toContain(`"instanceId":"${instanceId}"`);
    for (const { key, value } of launchTags) {
      expect(text).toContain(JSON.stringify(key));
      expect(value === '' || text.includes(JSON.stringify(value))).toBe(true);
    }
  }
}

test('Any JSON at all is read, or refused with InvalidEventError', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), expectSafe), { numRuns: 500 });
});

test('A mutated event never yields an id or a tag that is not in it, and never fails but by InvalidEventError', () => {
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(mutated, (event) => {
      expectSafe(event);
      const kind = read(event)?.kind ?? 'invalid';
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }),
    { numRuns: 1500 },
  );

  // Mutations that only ever made events invalid would prove little.
  for (const kind of ['listed', 'unlisted', 'ignored', 'invalid'])
    expect(kinds.get(kind)).toBeGreaterThan(25);
}, 30_000);

test('An event names the same launch when it comes again', () => {
  for (const sample of samples) expect(read(structuredClone(sample))).toEqual(read(sample));
});
