import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/ops/replay/judge-record.ts';
import { replayReport } from '../../../src/ops/replay/replay-report.ts';
import { emptyTotals, tally } from '../../../src/ops/replay/totals.ts';

const terminate: Finding = {
  verdict: 'terminate',
  reason: 'no-name-tag',
  instanceIds: ['i-1', 'i-2'],
  instances: 2,
};
const spare: Finding = { verdict: 'spare', reason: 'named', instanceIds: ['i-3'], instances: 1 };
const unknown: Finding = { verdict: 'unknown', reason: 'not-listed', instanceIds: [], instances: 4 };
const ignore: Finding = { verdict: 'ignore', reason: 'failed-call', instanceIds: [], instances: 0 };

const deploy = 'arn:aws:sts::111122223333:assumed-role/deploy/build-1';
const lena = 'arn:aws:iam::444455556666:user/lena';

function totalsOf(records: readonly [string, string, string, Finding[]][]) {
  const totals = emptyTotals();
  for (const [eventTime, account, launcher, findings] of records) {
    const record = {
      eventId: 'e',
      eventTime,
      account,
      region: 'eu-west-1',
      launcher,
      errorCode: undefined,
      findings,
    };
    tally(totals, record);
  }
  return totals;
}

const totals = totalsOf([
  ['2026-03-01T09:00:00Z', '111122223333', deploy, [terminate, spare]],
  ['2026-03-01T23:59:59Z', '444455556666', lena, [spare]],
  ['2026-03-03T00:00:00Z', '111122223333', deploy, [terminate]],
  ['no time', '444455556666', lena, [unknown]],
  ['2026-03-03T00:00:00Z', '444455556666', lena, [ignore]],
]);

describe('the report of a replay', () => {
  test('says what would be terminated: how much, when, by whom, where', () => {
    const { figures, charts } = replayReport(totals, '');

    expect(figures.map(({ value }) => value)).toEqual([4, 2, 4, 1]);
    expect(
      charts.map(({ title, labels, series }) => [title, labels, series.map(({ values }) => values)]),
    ).toEqual([
      [
        'Launched instances by day',
        ['2026-03-01', '2026-03-02', '2026-03-03'],
        [
          [2, 0, 2],
          [2, 0, 0],
        ],
      ],
      ['Would be terminated by launcher', ['deploy'], [[4]]],
      ['Would be terminated by region', ['eu-west-1'], [[4]]],
      ['Would be terminated by account', ['111122223333'], [[4]]],
      [
        'Instances by verdict and reason',
        ['terminate: no-name-tag', 'spare: named'],
        [
          [4, 0],
          [0, 2],
        ],
      ],
    ]);
  });

  test('has a row for each launcher, those with the most to terminate first', () => {
    expect(replayReport(totals, '').table.rows).toEqual([
      ['arn:aws:sts::111122223333:assumed-role/deploy', '2', '4', '1', '0', '0'],
      [lena, '3', '0', '1', '4', '1'],
    ]);
  });

  test('says what it is about, and warns of what it does not know', () => {
    const { about, warnings } = replayReport({ ...totals, damagedRecords: 1 }, '--account 111122223333');

    expect(about).toContain('of CloudTrail (--account 111122223333), judged');
    expect(warnings).toEqual([
      '1 damaged record and 0 damaged files were skipped.',
      '4 instances at least are not listed in their record, and in no plot.',
    ]);
    expect(replayReport(emptyTotals(), '')).toMatchObject({ warnings: [], table: { rows: [] } });
  });
});
