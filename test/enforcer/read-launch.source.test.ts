import { describe, expect, test } from 'vitest';
import { InvalidEventError } from '../../src/enforcer/errors.ts';
import { readLaunch } from '../../src/enforcer/read-launch.ts';
import { launchEvent } from '../support/launch-events.ts';
import { launchedAt } from '../support/launches.ts';

const arn = 'arn:aws:sts::111122223333:assumed-role/deploy/ci';

describe('What the event tells of a launch', () => {
  test('is read as it stands there', () => {
    const launch = readLaunch(
      launchEvent({
        detail: {
          eventID: 'event-1',
          eventTime: '2026-03-01T09:00:00Z',
          userIdentity: { arn, principalId: 'AROA:ci', invokedBy: 'autoscaling.amazonaws.com' },
        },
      }),
    );

    expect(launch).toMatchObject({
      source: {
        eventId: 'event-1',
        account: '111122223333',
        region: 'eu-west-1',
        launcher: arn,
        invokedBy: 'autoscaling.amazonaws.com',
        launchedWith: 'service',
        launchedAt,
        reservationId: 'r-0a1b2c3d4e5f60718',
      },
    });
  });

  test.each([
    [{ arn, principalId: 'AROA:ci', invokedBy: 'ec2fleet.amazonaws.com' }, arn],
    [{ principalId: 'AROA:ci', invokedBy: 'ec2fleet.amazonaws.com' }, 'AROA:ci'],
    [{ invokedBy: 'ec2fleet.amazonaws.com' }, 'ec2fleet.amazonaws.com'],
    [{ arn: 5, principalId: 'AROA:ci' }, 'AROA:ci'],
    [{}, undefined],
    [null, undefined],
    ['root', undefined],
  ])('of the launcher is the ARN, or what is nearest to one: %j', (userIdentity, launcher) => {
    const launch = readLaunch(launchEvent({ detail: { userIdentity } }));

    expect(launch).toHaveProperty('source.launcher', launcher);
  });

  test.each([
    ['aws-cli/2.33.11', undefined, 'command-line'],
    ['Mozilla/5.0', 'true', 'console'],
    [5, { from: 'console' }, 'unknown'],
  ])(
    'is what it was made with, by the user agent %j',
    (userAgent, sessionCredentialFromConsole, expected) => {
      const launch = readLaunch(launchEvent({ detail: { userAgent, sessionCredentialFromConsole } }));

      expect(launch).toHaveProperty('source.launchedWith', expected);
    },
  );

  test('may be of another form, or missing, and never makes the event invalid', () => {
    const launch = readLaunch(
      launchEvent({
        envelope: { account: 5, region: null },
        detail: {
          eventID: {},
          eventTime: [],
          userIdentity: [],
          requestParameters: 5,
          responseElements: { reservationId: 5, instancesSet: { items: [{ instanceId: 'i-01234567' }] } },
        },
      }),
    );

    expect(launch).toMatchObject({ kind: 'listed', source: { account: undefined, launchedAt: undefined } });
  });
});

describe('The time of a launch', () => {
  test.each([
    ['2026-03-01T09:00:00Z', launchedAt],
    ['2026-03-01T09:00:00.000Z', launchedAt],
    ['2026-03-01T09:00:00.999Z', launchedAt + 999],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('%s is known', (eventTime, expected) => {
    expect(readLaunch(launchEvent({ detail: { eventTime } }))).toHaveProperty('source.launchedAt', expected);
  });

  test.each([
    ['without a zone', '2026-03-01T09:00:00'],
    ['of another zone than UTC, as CloudTrail never writes it', '2026-03-01T10:30:00+01:30'],
    ['of a year that is not of four digits', '-000001-03-01T09:00:00Z'],
    ['without seconds', '2026-03-01T09:00Z'],
    ['a day alone', '2026-03-01'],
    ['of a day that is not on the calendar', '2026-02-30T09:00:00Z'],
    ['of a month that is not', '2026-13-01T09:00:00Z'],
    ['of an hour that is not', '2026-03-01T25:00:00Z'],
    ['as a number', launchedAt],
    ['as words', 'yesterday'],
    ['as nothing', ''],
    ['as null', null],
  ])('%s is unknown, and a missing instance then never counts as gone', (_, eventTime) => {
    expect(readLaunch(launchEvent({ detail: { eventTime } }))).toHaveProperty('source.launchedAt', undefined);
  });
});

describe('An event that claims to be of another account or region than AWS says around it', () => {
  test.each([
    ['recipientAccountId', '999988887777', '`account` of the event, 111122223333'],
    ['awsRegion', 'us-east-1', '`region` of the event, eu-west-1'],
  ])('(%s) is invalid', (field, claimed, expected) => {
    const event = launchEvent({ detail: { [field]: claimed } });

    expect(() => readLaunch(event)).toThrow(InvalidEventError);
    expect(() => readLaunch(event)).toThrow(`Expected \`detail.${field}\` to be ${expected}, got ${claimed}`);
  });

  test.each([
    ['says nothing of them', {}],
    ['says the same', { recipientAccountId: '111122223333', awsRegion: 'eu-west-1' }],
    ['says it in another form', { recipientAccountId: 999988887777, awsRegion: null }],
  ])('is not one that %s', (_, detail) => {
    expect(readLaunch(launchEvent({ detail }))).toHaveProperty('source.account', '111122223333');
  });
});
