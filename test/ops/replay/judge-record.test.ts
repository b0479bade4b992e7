import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { isRunInstances, judgeRecord, type JudgedRecord } from '../../../src/ops/replay/judge-record.ts';
import { launchedItem, launchEvent, type EventParts } from '../../support/launch-events.ts';

const none: ReadonlySet<string> = new Set();

/** A record as a log file holds it: the detail of an event, with what the envelope shows. */
function recordOf(parts: EventParts = {}): object {
  return {
    awsRegion: 'eu-west-1',
    recipientAccountId: '111122223333',
    ...v.parse(v.looseObject({}), launchEvent(parts)['detail']),
  };
}

function judged(record: object, exempt = none): JudgedRecord {
  const result = judgeRecord(record, exempt);
  if ('invalid' in result) throw new Error(`Expected a valid record, got ${result.invalid}`);
  return result;
}

describe('a record', () => {
  test('of a nameless launch would be terminated, and tells who launched what, where and when', () => {
    const record = recordOf({ detail: { eventID: 'e-1', eventTime: '2026-03-01T09:00:00Z' } });

    expect(judged(record)).toEqual({
      eventId: 'e-1',
      eventTime: '2026-03-01T09:00:00Z',
      account: '111122223333',
      region: 'eu-west-1',
      launcher: 'arn:aws:iam::111122223333:user/lena',
      errorCode: undefined,
      findings: [
        { verdict: 'terminate', reason: 'no-name-tag', instanceIds: ['i-0123456789abcdef0'], instances: 1 },
      ],
    });
  });

  test('of several instances has a finding for each verdict and reason', () => {
    const ids = [1, 2, 3, 4, 5].map((number) => `i-0000000000000000${number}`);
    const tags = [
      [],
      [{ key: 'Name', value: 'a' }],
      [{ key: 'Name', value: '' }],
      [{ key: 'team', value: '' }],
      [],
    ];
    const record = recordOf({ instances: ids.map((id, index) => launchedItem(id, tags[index])) });

    expect(judged(record, new Set(['team'])).findings).toEqual([
      { verdict: 'terminate', reason: 'no-name-tag', instanceIds: [ids[0], ids[4]], instances: 2 },
      { verdict: 'spare', reason: 'named', instanceIds: [ids[1]], instances: 1 },
      { verdict: 'terminate', reason: 'empty-name-tag', instanceIds: [ids[2]], instances: 1 },
      { verdict: 'spare', reason: 'exempt', instanceIds: [ids[3]], instances: 1 },
    ]);
  });

  test('that does not list its instances is unknown, and never to be terminated', () => {
    const request = { instancesSet: { items: [{ minCount: 3, maxCount: 5 }] } };
    const record = recordOf({ detail: { responseElements: null, requestParameters: request } });

    expect(judged(record).findings).toEqual([
      { verdict: 'unknown', reason: 'not-listed', instanceIds: [], instances: 3 },
    ]);
  });

  test('that does not list its instances, but names them in the request, is spared', () => {
    const record = recordOf({
      requestTags: [{ key: 'Name', value: 'web' }],
      detail: {
        responseElements: null,
        requestParameters: {
          tagSpecificationSet: {
            items: [{ resourceType: 'instance', tags: [{ key: 'Name', value: 'web' }] }],
          },
        },
      },
    });

    expect(judged(record).findings).toEqual([
      { verdict: 'spare', reason: 'named', instanceIds: [], instances: 1 },
    ]);
  });

  test('of a failed call or a dry run is ignored, with its error code', () => {
    const record = recordOf({ detail: { errorCode: 'Client.DryRunOperation', responseElements: null } });

    expect(judged(record)).toMatchObject({
      errorCode: 'Client.DryRunOperation',
      findings: [{ verdict: 'ignore', reason: 'failed-call', instances: 0 }],
    });
  });

  test('without a user or a region is judged all the same', () => {
    const record = recordOf({ detail: { userIdentity: null, awsRegion: 7, recipientAccountId: null } });

    expect(judged(record)).toMatchObject({ launcher: undefined, region: undefined, account: undefined });
    expect(judged(record).findings).toMatchObject([{ verdict: 'terminate' }]);
  });

  test('of old, without the account it was delivered to, counts to the account of its launcher', () => {
    const record = recordOf({
      detail: { recipientAccountId: undefined, userIdentity: { accountId: '444455556666' } },
    });

    expect(judged(record).account).toBe('444455556666');
  });

  test('that is not what CloudTrail writes is told by the path of what is wrong', () => {
    const record = recordOf({ instances: [launchedItem('web-1')] });

    expect(judgeRecord(record, none)).toEqual({
      invalid: 'responseElements.instancesSet.items.0.instanceId',
    });
    expect(judgeRecord({ eventName: 'RunInstances' }, none)).toEqual({ invalid: 'eventSource' });
  });

  test.each([
    [{ eventName: 'RunInstances' }, true],
    [{ eventName: 'TerminateInstances' }, false],
    [{ eventType: 'AwsCloudTrailInsight' }, false],
  ])('%o is of a launch: %s', (record, expected) => {
    expect(isRunInstances(record)).toBe(expected);
  });
});
