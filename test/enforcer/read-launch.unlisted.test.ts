import { describe, expect, test } from 'vitest';
import { readLaunch } from '../../src/enforcer/read-launch.ts';
import { launchEvent } from '../support/launch-events.ts';
import { name } from '../support/launches.ts';

/** A launch event with this response, and with this request. */
function leftOut(responseElements: unknown, requestParameters: unknown = {}): Record<string, unknown> {
  return launchEvent({ detail: { responseElements, requestParameters } });
}

/** A launch event without a response, of which the request has these items. */
function withCounts(...items: unknown[]): Record<string, unknown> {
  return leftOut(null, { instancesSet: { items } });
}

describe('A successful launch is unlisted', () => {
  test.each([
    null,
    undefined,
    'true',
    {},
    { omitted: true },
    { omitted: 'true', originalSize: '149893', reason: 'responseElements too large' },
    { instancesSet: null },
    { instancesSet: 'true' },
    { instancesSet: {} },
    { instancesSet: { omitted: true } },
    { instancesSet: { items: null } },
    { instancesSet: { items: [] } },
  ])('when its response is %j', (responseElements) => {
    expect(readLaunch(leftOut(responseElements)).kind).toBe('unlisted');
  });

  test('when its response is missing altogether', () => {
    const detail = { eventSource: 'ec2.amazonaws.com', eventName: 'RunInstances' };

    expect(readLaunch({ ...launchEvent(), detail }).kind).toBe('unlisted');
  });
});

describe('An unlisted launch is found', () => {
  test('by its reservation, which is one launch for certain', () => {
    const launch = readLaunch(leftOut({ reservationId: 'r-1' }, { clientToken: 'token-1' }));

    expect(launch).toMatchObject({
      reference: { by: 'reservation-id', value: 'r-1' },
      source: { reservationId: 'r-1' },
    });
  });

  test.each([undefined, '', 5])('by its client token, when the reservation is %j', (reservationId) => {
    const launch = readLaunch(leftOut({ reservationId }, { clientToken: 'token-1' }));

    expect(launch).toMatchObject({ reference: { by: 'client-token', value: 'token-1' } });
  });

  test.each([undefined, '', 5])('by nothing, when its client token is %j as well', (clientToken) => {
    expect(readLaunch(leftOut(null, { clientToken }))).toHaveProperty('reference', undefined);
  });
});

test('The tags of the request are those of every instance of an unlisted launch', () => {
  const tags = [name('web')];

  const launch = readLaunch(
    leftOut(null, { tagSpecificationSet: { items: [{ resourceType: 'instance', tags }] } }),
  );

  expect(launch).toMatchObject({ kind: 'unlisted', launchTags: tags });
});

describe('An unlisted launch has', () => {
  test.each([
    ['as many instances as the request says', [{ minCount: 2, maxCount: 5 }], 2, 5],
    [
      'as many as all items of the request say together',
      [
        { minCount: 2, maxCount: 5 },
        { minCount: 1, maxCount: 1 },
      ],
      3,
      6,
    ],
    ['one or more, when the request does not say', [], 1, Infinity],
    ['one or more, when the items are of another form', [5, null], 1, Infinity],
    ['no upper limit that an item leaves out', [{ minCount: 2 }, { minCount: 1, maxCount: 1 }], 3, Infinity],
    ['one at least for an item that does not say', [{ maxCount: 4 }, { minCount: 2, maxCount: 2 }], 3, 6],
    ['one at least, whatever the request says', [{ minCount: 0, maxCount: 0 }], 1, 1],
    ['never fewer at most than at least', [{ minCount: 3, maxCount: 2 }], 3, 3],
    ['no count that is not a number', [{ minCount: '2', maxCount: '5' }], 1, Infinity],
  ])('%s', (_, items, atLeast, atMost) => {
    expect(readLaunch(withCounts(...items))).toMatchObject({ count: { atLeast, atMost } });
  });

  test('one or more, when the request is left out', () => {
    expect(readLaunch(leftOut(null, { omitted: true }))).toMatchObject({
      count: { atLeast: 1, atMost: Infinity },
    });
  });
});
