import { describe, expect, test } from 'vitest';
import { ok } from '../../../../src/ops/doctor/check.ts';
import { strangersNote, unreadRulesNote } from '../../../../src/ops/doctor/organization/member-notes.ts';
import { unreadRules } from '../../../../src/ops/doctor/organization/member-rules.ts';

const denied = (account: string) =>
  unreadRules(
    `AccessDenied: not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${account}:role/x`,
  );

describe('Of rules that could not be read it is said', () => {
  test('nothing when all were read, or were not to be', () => {
    expect(unreadRulesNote([ok('They send'), undefined])).toBeUndefined();
  });

  test('for how many members and why, with what is alike but for the account said once', () => {
    const rules = [denied('444455556666'), ok('They send'), unreadRules('throttled'), denied('777788889999')];
    const [first, ...reasons] = unreadRulesNote(rules)?.split('\n') ?? [];

    expect(first).toMatch(/^The rules of 3 accounts and regions could not be read\. /);
    expect(reasons).toEqual([
      expect.stringMatching(/^ {2}2, for example: .*444455556666:role/),
      '  1: Its rules could not be looked at: throttled',
    ]);
  });

  test('in no more than three reasons', () => {
    const rules = ['one', 'two', 'three', 'four', 'five'].map(unreadRules);

    expect(unreadRulesNote(rules)?.split('\n')).toHaveLength(1 + 3 + 1);
    expect(unreadRulesNote(rules)).toMatch(/and 2 other reasons$/);
  });
});

const from = (...keys: readonly string[]) => new Map(keys.map((key) => [key, 1]));

describe('Of events from where no member is it is said', () => {
  const members = [{ account: '111122223333', region: 'eu-west-1' }];

  test('nothing when there are none', () => {
    expect(strangersNote(from('111122223333 eu-west-1'), members)).toBeUndefined();
  });

  test('where they are from, and what to do', () => {
    expect(strangersNote(from('111122223333 eu-west-1', '111122223333 us-east-1'), members)).toBe(
      'Events also came from 1 account and region not in this list: 111122223333 us-east-1. ' +
        'Name them with --members to look at them.',
    );
  });

  test('of at most five places, and how many more', () => {
    const regions = Array.from({ length: 7 }, (_, index) => `444455556666 eu-west-${index}`);

    expect(strangersNote(from(...regions), members)).toMatch(
      /^Events also came from 7 accounts .*: .*eu-west-0,.*eu-west-4 and 2 more\. /,
    );
  });
});
