import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placesText, problemLines } from '../../../src/ops/audit/places.ts';

const [one, other] = ['111122223333', '444455556666'];

describe('Where an audit looked', () => {
  test.each([
    [[{ account: undefined, region: 'eu-west-1' }], 'eu-west-1'],
    [[{ account: one, region: 'eu-west-1' }], `${one} eu-west-1`],
    [['eu-west-1', 'us-east-1'].map((region) => ({ account: undefined, region })), '2 regions'],
    [[one, other].map((account) => ({ account, region: 'eu-west-1' })), '2 accounts and regions'],
  ])('is told in few words: %j', (places, text) => {
    expect(placesText(places)).toBe(text);
  });
});

describe('Problems', () => {
  const denied = 'AccessDenied: no role';

  test('that all regions of an account have are one line, and those of another account another', () => {
    const lines = problemLines([
      { account: one, region: 'eu-west-1', problem: denied },
      { account: one, region: 'me-south-1', problem: 'AuthFailure: off' },
      { account: one, region: 'us-east-1', problem: denied },
      { account: other, region: 'eu-west-1', problem: denied },
    ]);

    expect(lines).toEqual([
      `${one} eu-west-1, us-east-1: ${denied}`,
      `${one} me-south-1: AuthFailure: off`,
      `${other} eu-west-1: ${denied}`,
    ]);
  });

  test('are each told, once', () => {
    const problem = fc.record({
      account: fc.constantFrom(undefined, one, other),
      region: fc.constantFrom('eu-west-1', 'us-east-1', 'me-south-1'),
      problem: fc.constantFrom('AccessDenied', 'AuthFailure'),
    });
    fc.assert(
      fc.property(fc.uniqueArray(problem, { selector: (all) => JSON.stringify(all) }), (problems) => {
        const told = problemLines(problems).flatMap((line) => {
          const [where = '', what] = line.split(': ');
          const account = /^\d{12}/.exec(where)?.[0];
          const regions = where.replace(/^\d{12} /, '').split(', ');
          return regions.map((region) => `${account} ${region} ${what}`);
        });

        expect(told.toSorted()).toEqual(
          problems.map((each) => `${each.account} ${each.region} ${each.problem}`).toSorted(),
        );
      }),
    );
  });
});
