import { describe, expect, test } from 'vitest';
import { instancesOfEvent } from '../../src/local/instances-of-event.ts';

function eventOf(detail: unknown): unknown {
  return { 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.ec2', detail };
}

const requestParameters = {
  clientToken: 'token',
  instancesSet: { items: [{ minCount: 2, maxCount: 5 }] },
  tagSpecificationSet: {
    items: [
      { resourceType: 'instance', tags: [{ key: 'team', value: 'web' }, { key: 'bare' }] },
      { resourceType: 'volume', tags: [{ key: 'Name', value: 'disk' }] },
    ],
  },
};
const requestTags = [
  { key: 'team', value: 'web' },
  { key: 'bare', value: '' },
];

describe('the instances of an event', () => {
  test('are those of the answer, with the tags of the request and their own', () => {
    const reservation = instancesOfEvent(
      eventOf({
        eventTime: '2026-03-01T10:00:00Z',
        requestParameters,
        responseElements: {
          reservationId: 'r-0123456789abcdef0',
          instancesSet: {
            items: [
              {
                instanceId: 'i-0123456789abcdef0',
                imageId: 'ami-1',
                instanceType: 't3.micro',
                placement: { availabilityZone: 'eu-central-1b' },
                tagSet: { items: [{ key: 'Name', value: 'a' }] },
              },
              { instanceId: 'i-01234567', tagSet: {} },
            ],
          },
        },
      }),
    );

    expect(reservation).toEqual({
      reservationId: 'r-0123456789abcdef0',
      clientToken: 'token',
      launchedAt: Date.parse('2026-03-01T10:00:00Z'),
      instances: [
        {
          instanceId: 'i-0123456789abcdef0',
          imageId: 'ami-1',
          instanceType: 't3.micro',
          availabilityZone: 'eu-central-1b',
          tags: [...requestTags, { key: 'Name', value: 'a' }],
        },
        expect.objectContaining({ instanceId: 'i-01234567', tags: requestTags }),
      ],
    });
  });

  test.each([null, undefined, { omitted: true }, 'true'])(
    'are as many as asked for at least, by the client token, when the answer is %o',
    (responseElements) => {
      expect(instancesOfEvent(eventOf({ requestParameters, responseElements }))).toEqual({
        reservationId: undefined,
        clientToken: 'token',
        launchedAt: undefined,
        instances: [{ tags: requestTags }, { tags: requestTags }],
      });
    },
  );

  test.each([
    [
      'a failed call',
      eventOf({ errorCode: 'Client.DryRunOperation', requestParameters, responseElements: null }),
    ],
    [
      'an answer left out, without a token to find it by',
      eventOf({ requestParameters: { clientToken: '' } }),
    ],
    [
      'ids that are none',
      eventOf({ responseElements: { instancesSet: { items: [{ instanceId: 'web' }] } } }),
    ],
    ['something else', { hello: 'world' }],
    ['nothing', null],
  ])('are none in %s', (_, event) => {
    expect(instancesOfEvent(event)).toBeUndefined();
  });
});
