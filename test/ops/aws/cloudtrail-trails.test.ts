import {
  type AdvancedFieldSelector,
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  type GetEventSelectorsResponse,
} from '@aws-sdk/client-cloudtrail';
import { beforeEach, describe, expect, test } from 'vitest';
import { readTrails } from '../../../src/ops/aws/cloudtrail-trails.ts';
import { mockClient } from '../../support/mock-client.ts';

const cloudTrail = mockClient(CloudTrailClient);
const connection = { region: 'eu-west-1' };
const arn = 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/main';

beforeEach(() => {
  cloudTrail.reset();
  cloudTrail.on(DescribeTrailsCommand).resolves({
    trailList: [{ Name: 'main', TrailARN: arn, HomeRegion: 'eu-west-1' }],
  });
  cloudTrail.on(GetTrailStatusCommand).resolves({ IsLogging: true });
});

async function logsLaunches(selectors: GetEventSelectorsResponse) {
  cloudTrail.on(GetEventSelectorsCommand).resolves(selectors);
  const [trail] = await readTrails(connection);
  return trail !== undefined && 'logsLaunches' in trail ? trail.logsLaunches : undefined;
}

const management = { Field: 'eventCategory', Equals: ['Management'] };
const advanced = (...FieldSelectors: readonly AdvancedFieldSelector[]) => ({
  AdvancedEventSelectors: [{ FieldSelectors: [...FieldSelectors] }],
});

describe('a trail logs launches', () => {
  test.each([
    ['of all kinds', { EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'All' as const }] }],
    [
      'of writes',
      { EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'WriteOnly' as const }] },
    ],
    ['by advanced selectors', advanced(management)],
    ['of writes by advanced selectors', advanced(management, { Field: 'readOnly', Equals: ['false'] })],
    [
      'with other sources left out',
      advanced(management, {
        Field: 'eventSource',
        NotEquals: ['kms.amazonaws.com', 'rdsdata.amazonaws.com'],
      }),
    ],
  ])('with management events %s', async (_, selectors) => {
    expect(await logsLaunches(selectors)).toBe('all');
  });

  test('in part, when it filters by what differs from launch to launch', async () => {
    const selectors = advanced(management, { Field: 'userIdentity.arn', NotStartsWith: ['arn:aws:iam'] });

    expect(await logsLaunches(selectors)).toBe('some');
  });
});

describe('a trail logs no launches', () => {
  test.each([
    ['without selectors', {}],
    [
      'with reads alone',
      { EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'ReadOnly' as const }] },
    ],
    [
      'with data events alone',
      { EventSelectors: [{ IncludeManagementEvents: false, ReadWriteType: 'All' as const }] },
    ],
    ['with data events alone, by advanced selectors', advanced({ Field: 'eventCategory', Equals: ['Data'] })],
    [
      'with reads alone, by advanced selectors',
      advanced(management, { Field: 'readOnly', Equals: ['true'] }),
    ],
    ['with EC2 left out', advanced(management, { Field: 'eventSource', NotEquals: ['ec2.amazonaws.com'] })],
  ])('%s', async (_, selectors) => {
    expect(await logsLaunches(selectors)).toBe('none');
  });
});

describe('the trails', () => {
  test('are those of the region: its own, and those of all regions', async () => {
    cloudTrail.on(GetEventSelectorsCommand).resolves({});
    cloudTrail.on(DescribeTrailsCommand).resolves({
      trailList: [
        { Name: 'own', TrailARN: 'own', HomeRegion: 'eu-west-1', IsMultiRegionTrail: false },
        { Name: 'all', TrailARN: 'all', HomeRegion: 'us-east-1', IsMultiRegionTrail: true },
        { Name: 'elsewhere', TrailARN: 'elsewhere', HomeRegion: 'us-east-1', IsMultiRegionTrail: false },
      ],
    });

    expect((await readTrails(connection)).map((trail) => trail.arn)).toEqual(['own', 'all']);
  });

  test('may not all be looked into', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    cloudTrail.on(GetEventSelectorsCommand).rejects(denied);

    expect(await readTrails(connection)).toEqual([{ arn, error: denied }]);
  });

  test('tell whether they are switched on', async () => {
    cloudTrail.on(GetEventSelectorsCommand).resolves({});
    cloudTrail.on(GetTrailStatusCommand).resolves({ IsLogging: false });

    expect(await readTrails(connection)).toMatchObject([{ name: 'main', logging: false }]);
  });
});
