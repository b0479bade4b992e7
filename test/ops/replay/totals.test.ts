import { describe, expect, test } from 'vitest';
import type { Finding, JudgedRecord } from '../../../src/ops/replay/judge-record.ts';

import { emptyTotals, tally, launcherGroup } from '../../../src/ops/replay/totals.ts';

const terminate: Finding = {
  verdict: 'terminate',
  reason: 'no-name-tag',
  instanceIds: ['i-1', 'i-2'],
  instances: 2,
};
const spare: Finding = { verdict: 'spare', reason: 'named', instanceIds: ['i-3'], instances: 1 };
const ignore: Finding = { verdict: 'ignore', reason: 'failed-call', instanceIds: [], instances: 0 };

function record(parts: Partial<JudgedRecord>): JudgedRecord {
  return {
    eventId: 'e',
    eventTime: '2026-03-01T09:00:00Z',
    account: '111122223333',
    region: 'eu-west-1',
    launcher: 'arn:aws:iam::111122223333:user/lena',
    errorCode: undefined,
    findings: [spare],
    ...parts,
  };
}

describe('totals', () => {
  test('count each record once, its instances by verdict, and failed calls by record', () => {
    const totals = emptyTotals();

    tally(totals, record({ findings: [terminate, spare] }));
    tally(totals, record({ findings: [ignore] }));

    const sum = { records: 2, terminate: 2, spare: 1, unknown: 0, ignore: 1 };
    expect(totals.all).toEqual(sum);
    expect(Object.fromEntries(totals.byAccount)).toEqual({ '111122223333': sum });
    expect(Object.fromEntries(totals.byRegion)).toEqual({ 'eu-west-1': sum });
    expect(Object.fromEntries(totals.byDay)).toEqual({ '2026-03-01': sum });
    expect(Object.fromEntries(totals.byReason)).toEqual({
      'terminate: no-name-tag': { records: 1, terminate: 2, spare: 0, unknown: 0, ignore: 0 },
      'spare: named': { records: 1, terminate: 0, spare: 1, unknown: 0, ignore: 0 },
      'ignore: failed-call': { records: 1, terminate: 0, spare: 0, unknown: 0, ignore: 1 },
    });
  });

  test('count the sessions of one role together', () => {
    const totals = emptyTotals();

    for (const session of ['build-1', 'build-2', 'a/b']) {
      tally(totals, record({ launcher: `arn:aws:sts::111122223333:assumed-role/deploy/${session}` }));
    }

    expect([...totals.byLauncher.keys()]).toEqual(['arn:aws:sts::111122223333:assumed-role/deploy']);
  });

  test('keep 10,000 launchers apart and count the others together, so that memory stays flat', () => {
    const totals = emptyTotals();

    for (let user = 0; user < 10_500; user++) tally(totals, record({ launcher: `user-${user}` }));
    tally(totals, record({ launcher: 'user-7' }));

    expect(totals.byLauncher.size).toBe(10_001);
    expect(totals.byLauncher.get('(others)')?.records).toBe(500);
    expect(totals.byLauncher.get('user-7')?.records).toBe(2);
  });

  test('do not keep a launcher of any length', () => {
    const totals = emptyTotals();

    tally(totals, record({ launcher: 'x'.repeat(1_000_000) }));

    expect([...totals.byLauncher.keys()]).toEqual(['(too long)']);
  });

  test('have an entry for what a record does not tell, named unknown', () => {
    const totals = emptyTotals();

    tally(
      totals,
      record({ account: undefined, region: undefined, launcher: undefined, eventTime: '2026-03-01' }),
    );

    expect(
      [totals.byAccount, totals.byRegion, totals.byLauncher, totals.byDay].map((tallies) =>
        Array.from(tallies.keys()),
      ),
    ).toEqual([['(unknown)'], ['(unknown)'], ['(unknown)'], ['(unknown)']]);
  });
});

test.each([
  ['arn:aws-cn:sts::111122223333:assumed-role/ops/lena', 'arn:aws-cn:sts::111122223333:assumed-role/ops'],
  ['arn:aws:iam::111122223333:user/lena', 'arn:aws:iam::111122223333:user/lena'],
  ['autoscaling.amazonaws.com', 'autoscaling.amazonaws.com'],
])('%s counts as %s', (launcher, group) => {
  expect(launcherGroup(launcher)).toBe(group);
});
