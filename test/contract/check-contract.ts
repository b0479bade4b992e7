import type { EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { describeInstances } from './describe-instances.ts';
import { runInstances } from './run-instances.ts';
import { tags } from './tags.ts';
import { terminateInstances } from './terminate-instances.ts';

/** What of EC2 the enforcer, its tests and its `npm start` stand on. */
const contract = [...runInstances, ...describeInstances, ...terminateInstances, ...tags];

/** What an EC2 does instead of what AWS documents. */
export interface Difference {
  /** In words. */
  readonly instead: string;
  /** Part of the message that the check fails with. */
  readonly failure: string;
}

/**
 * Registers a test for each behaviour of the contract.
 *
 * @param name of the EC2 under test
 * @param client gives a client of it
 * @param differences by title. Such a check must fail, and in this way: when it begins to pass, its entry is out of
 *   date.
 */
export function checkContract(
  name: string,
  client: () => EC2Client,
  differences: Readonly<Record<string, Difference>> = {},
): void {
  const alike = contract.filter(({ title }) => differences[title] === undefined);
  const differing = contract.flatMap((behaviour) => {
    const difference = differences[behaviour.title];
    return difference === undefined ? [] : [{ ...behaviour, ...difference }];
  });

  describe(`${name}, as AWS documents EC2:`, () => {
    for (const { title, page, check } of alike) {
      test(`${title} (${page})`, async () => {
        await expect(check(client())).resolves.toBeUndefined();
      });
    }
    for (const { title, page, check, instead, failure } of differing) {
      test(`NOT ${title} (${page}): ${instead}`, async () => {
        await expect(check(client())).rejects.toThrow(failure);
      });
    }
    test('every difference is of a behaviour in the contract', () => {
      expect(differing.map(({ title }) => title).toSorted()).toEqual(Object.keys(differences).toSorted());
    });
  });
}
