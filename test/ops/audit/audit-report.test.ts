import { describe, expect, test } from 'vitest';
import type { NamelessInstance } from '../../../src/ops/audit/audit-place.ts';
import type { Audit } from '../../../src/ops/audit/audit-places.ts';
import { auditReport } from '../../../src/ops/audit/audit-report.ts';

function nameless(parts: Partial<NamelessInstance>): NamelessInstance {
  return {
    region: 'eu-west-1',
    account: '111122223333',
    instanceId: 'i-00000000000000001',
    state: 'running',
    reason: 'no-name-tag',
    launchTime: new Date('2026-03-02T09:00:00Z'),
    launchedAt: Date.UTC(2026, 2, 1, 9),
    reservationId: 'r-1',
    instanceType: 'm7g.large',
    launcher: 'arn:aws:sts::111122223333:assumed-role/deploy/build-1',
    launcherFrom: 'CloudTrail',
    autoScalingGroup: undefined,
    terminationProtection: false,
    ...parts,
  };
}

const titlesOf = (audit: Audit) => auditReport(audit).charts.map(({ title }) => title);

const here = { account: undefined, region: 'eu-west-1', looked: 5, remarks: [] };

describe('the report of an audit', () => {
  test('counts by launcher, a role for all of its sessions, by region, and by the day of the first launch', () => {
    const report = auditReport({
      places: [
        {
          ...here,
          nameless: [
            nameless({}),
            nameless({ launcher: 'arn:aws:sts::111122223333:assumed-role/deploy/build-2' }),
            nameless({ launcher: 'arn:aws:sts::1:assumed-role/AWSReservedSSO_Admin_1/lena@example.com' }),
            nameless({ launcher: 'Karpenter node pool a/b', launcherFrom: 'tags' }),
          ],
        },
        {
          ...here,
          region: 'us-east-1',
          nameless: [
            nameless({
              region: 'us-east-1',
              launcher: undefined,
              launcherFrom: undefined,
              launchedAt: undefined,
            }),
          ],
        },
      ],
      unread: [],
    });

    expect(report.charts.map(({ title, labels, series }) => [title, labels, series[0]?.values])).toEqual([
      [
        'Nameless by launcher',
        ['deploy', 'lena@example.com', 'Karpenter node pool a/b', 'unknown'],
        [2, 1, 1, 1],
      ],
      ['Nameless by region', ['eu-west-1', 'us-east-1'], [4, 1]],
      ['Nameless by day of launch', ['2026-03-01', '2026-03-02'], [4, 1]],
    ]);
    expect(report.about).toContain('5 nameless instances among 10 in 2 regions of 111122223333.');
  });

  test('says how many there are, how many are named, come back, or are protected', () => {
    const report = auditReport({
      places: [
        {
          ...here,
          nameless: [
            nameless({ autoScalingGroup: 'web' }),
            nameless({ terminationProtection: true }),
            nameless({ terminationProtection: undefined }),
          ],
        },
      ],
      unread: [],
    });

    expect(report.figures.map(({ value }) => value)).toEqual([3, 2, 1, 1]);
    expect(report.table.rows.map((row) => row.at(-1))).toEqual(['no', 'yes', 'unknown']);
  });

  test('has a row for each instance, with what is not known named so', () => {
    const unknown = {
      account: undefined,
      launchTime: undefined,
      launchedAt: undefined,
      instanceType: undefined,
      launcher: undefined,
      launcherFrom: undefined,
      terminationProtection: undefined,
    };
    const { table } = auditReport({
      places: [{ ...here, nameless: [nameless({}), nameless(unknown)] }],
      unread: [],
    });

    expect(table.rows).toEqual([
      [
        'eu-west-1',
        '111122223333',
        'i-00000000000000001',
        'running',
        'm7g.large',
        '2026-03-01T09:00:00Z',
        'no-name-tag',
        'arn:aws:sts::111122223333:assumed-role/deploy/build-1',
        'no',
      ],
      [
        'eu-west-1',
        'unknown',
        'i-00000000000000001',
        'running',
        'unknown',
        'unknown',
        'no-name-tag',
        'unknown',
        'unknown',
      ],
    ]);
    expect(table.columns).toHaveLength(9);
  });

  test('counts by account where there are several, those that could not be read among them', () => {
    const [one, other] = ['111122223333', '444455556666'];
    const place = { ...here, account: one, nameless: [nameless({ account: one })] };
    const unread = [{ account: other, region: 'eu-west-1', problem: 'AccessDenied' }];

    const ofSeveral = auditReport({
      places: [
        place,
        { ...place, account: other, nameless: [nameless({ account: other }), nameless({ account: other })] },
      ],
      unread: [],
    });

    expect(ofSeveral.about).toContain('3 nameless instances among 10 in 2 accounts and regions.');
    expect(ofSeveral.charts.find(({ title }) => title === 'Nameless by account')).toMatchObject({
      labels: [other, one],
      series: [{ values: [2, 1] }],
    });
    expect(titlesOf({ places: [place], unread })).toContain('Nameless by account');
    expect(titlesOf({ places: [place], unread: [] })).not.toContain('Nameless by account');
  });

  test('warns of what could not be read, and of what was sent', () => {
    const there = { account: undefined, region: 'us-east-1' };
    const { warnings } = auditReport(
      {
        places: [
          {
            ...here,
            remarks: [{ ...there, problem: 'CloudTrail could not be read' }],
            nameless: [nameless({})],
          },
        ],
        unread: [{ ...there, problem: 'AuthFailure' }],
      },
      { sent: true, instances: 1, dueAt: Date.UTC(2026, 2, 3), mode: 'terminate' },
    );

    expect(warnings).toEqual([
      'Not read, so there may be more: us-east-1: AuthFailure',
      'us-east-1: CloudTrail could not be read',
      expect.stringContaining('Sent 1 instance to the second look.'),
    ]);
  });
});
