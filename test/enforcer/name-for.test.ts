import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameFor } from '../../src/enforcer/name-for.ts';

const instanceId = 'i-0123456789abcdef0';
const stack = { key: 'aws:cloudformation:stack-name', value: 'shop' };
const group = { kind: 'auto-scaling-group', name: 'web' } as const;
const launcher = 'arn:aws:iam::111122223333:user/staff/lena';

test.each([
  ['of the group before all else', { group, tags: [stack], launcher }, 'web-9abcdef0'],
  ['else of the CloudFormation stack', { group: undefined, tags: [stack], launcher }, 'shop-9abcdef0'],
  ['else of the launcher, by the short name', { group: undefined, tags: [], launcher }, 'lena-9abcdef0'],
  ['else of nobody', { group: undefined, tags: [], launcher: undefined }, 'instance-9abcdef0'],
])('A name is %s', (_, origin, name) => {
  expect(nameFor({ instanceId, ...origin })).toBe(name);
});

test('A name has at most 256 characters, all of them whole, ends with the id, and is the same at a second try', () => {
  const property = fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (name) => {
    const given = nameFor({ instanceId, tags: [], group: { ...group, name }, launcher });

    expect(given.length).toBeLessThanOrEqual(256);
    expect(given.endsWith('-9abcdef0')).toBe(true);
    expect(name.isWellFormed() && !given.isWellFormed()).toBe(false);
    expect(nameFor({ instanceId, tags: [], group: { ...group, name }, launcher })).toBe(given);
    expect(given.startsWith(name.slice(0, 246))).toBe(true);
  });

  fc.assert(property);
});
