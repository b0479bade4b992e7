import { describe, expect, test } from 'vitest';
import { InvalidEventError } from '../../src/enforcer/errors.ts';
import { readLaunch } from '../../src/enforcer/read-launch.ts';
import { launchedItem, launchEvent } from '../support/launch-events.ts';
import { idOf, name } from '../support/launches.ts';

const team = { key: 'team', value: 'blue' };

/** A launch event with these `requestParameters`, of which the response lists the first instance, without tags. */
function requested(requestParameters: unknown): Record<string, unknown> {
  return launchEvent({
    detail: {
      requestParameters,
      responseElements: { instancesSet: { items: [launchedItem(idOf(1))] } },
    },
  });
}

describe('A successful launch that lists its instances', () => {
  test('names each of them, without tags when the event shows none', () => {
    const launch = readLaunch(launchEvent({ instances: [launchedItem(idOf(1)), launchedItem(idOf(2))] }));

    expect(launch).toMatchObject({
      kind: 'listed',
      instances: [
        { instanceId: idOf(1), launchTags: [] },
        { instanceId: idOf(2), launchTags: [] },
      ],
    });
  });

  test.each(['i-0123456789abcdef0', 'i-01234567'])('takes an id of the form %s', (id) => {
    const launch = readLaunch(launchEvent({ instances: [launchedItem(id)] }));

    expect(launch).toMatchObject({ kind: 'listed', instances: [{ instanceId: id }] });
  });

  test('gives the tags of the request to all, and those of the response to their own instance', () => {
    const launch = readLaunch(
      launchEvent({
        requestTags: [team],
        instances: [launchedItem(idOf(1), [name('web-1')]), launchedItem(idOf(2))],
      }),
    );

    expect(launch).toMatchObject({
      instances: [
        { instanceId: idOf(1), launchTags: [team, name('web-1')] },
        { instanceId: idOf(2), launchTags: [team] },
      ],
    });
  });

  test('names an instance that stands there twice once, with the tags of both', () => {
    const launch = readLaunch(
      launchEvent({ instances: [launchedItem(idOf(1), [team]), launchedItem(idOf(1), [name('web-1')])] }),
    );

    expect(launch).toMatchObject({ instances: [{ instanceId: idOf(1), launchTags: [team, name('web-1')] }] });
    expect(launch).toHaveProperty('instances.length', 1);
  });

  test('takes nothing from the tags of volumes and interfaces', () => {
    const launch = readLaunch(
      requested({
        tagSpecificationSet: {
          items: [
            { resourceType: 'volume', tags: [name('data')] },
            { resourceType: 'instance', tags: [team] },
            { resourceType: 'network-interface', tags: [name('eth0')] },
          ],
        },
      }),
    );

    expect(launch).toMatchObject({ instances: [{ launchTags: [team] }] });
  });

  test('a null errorCode is an absent one', () => {
    expect(readLaunch(launchEvent({ detail: { errorCode: null } })).kind).toBe('listed');
  });
});

describe('A tag in the event', () => {
  test.each([{ key: 'Name' }, { key: 'Name', value: null }, { key: 'Name', value: '' }])(
    'without a value has an empty one: %j',
    (tag) => {
      const launch = readLaunch(
        launchEvent({ requestTags: [tag], instances: [launchedItem(idOf(1), [tag])] }),
      );

      expect(launch).toMatchObject({ instances: [{ launchTags: [name(''), name('')] }] });
    },
  );

  test.each([5, null, {}, { value: 'web-1' }, { key: 'Name', value: 5 }, { Key: 'Name', Value: 'web-1' }])(
    'of another form is not shown, and the others still are: %j',
    (tag) => {
      const launch = readLaunch(
        launchEvent({ requestTags: [tag, team], instances: [launchedItem(idOf(1), [tag, team])] }),
      );

      expect(launch).toMatchObject({ instances: [{ launchTags: [team, team] }] });
    },
  );

  test.each([
    null,
    'true',
    { omitted: true },
    { tagSpecificationSet: {} },
    { tagSpecificationSet: 'true' },
    { tagSpecificationSet: { items: {} } },
    { tagSpecificationSet: { items: [null, 5, {}] } },
    { tagSpecificationSet: { items: [{ resourceType: 'instance' }] } },
    { tagSpecificationSet: { items: [{ resourceType: 'instance', tags: { key: 'Name', value: 'web-1' } }] } },
  ])('is not shown by requestParameters of %j', (requestParameters) => {
    expect(readLaunch(requested(requestParameters))).toMatchObject({ instances: [{ launchTags: [] }] });
  });

  test.each([null, 'true', {}, { items: 'true' }, { items: null }])(
    'is not shown by a tagSet of %j',
    (tagSet) => {
      const launch = readLaunch(launchEvent({ instances: [{ instanceId: idOf(1), tagSet }] }));

      expect(launch).toMatchObject({ instances: [{ launchTags: [] }] });
    },
  );
});

describe('An event that tells of no launch is ignored', () => {
  test.each(['Client.DryRunOperation', 'Client.UnauthorizedOperation', 'Server.InternalError', '', false, 0])(
    'a failed call, with the errorCode %j',
    (errorCode) => {
      expect(readLaunch(launchEvent({ detail: { errorCode } }))).toEqual({
        kind: 'ignored',
        reason: 'failed-call',
      });
    },
  );

  test('a failed call without a response', () => {
    const event = launchEvent({
      detail: { errorCode: 'Client.InvalidParameterValue', responseElements: null },
    });

    expect(readLaunch(event)).toEqual({ kind: 'ignored', reason: 'failed-call' });
  });

  test.each([
    ['another-event-name', { detail: { eventName: 'TerminateInstances' } }],
    ['another-event-name', { detail: { eventName: 'runInstances' } }],
    ['another-event-source', { detail: { eventSource: 'autoscaling.amazonaws.com' } }],
    ['another-source', { envelope: { source: 'aws.ec2fleet' } }],
    ['another-detail-type', { envelope: { 'detail-type': 'EC2 Instance State-change Notification' } }],
    ['another-detail-type', { envelope: { 'detail-type': 'AWS Console Sign In via CloudTrail' } }],
  ])('%s: %j', (reason, parts) => {
    expect(readLaunch(launchEvent(parts))).toEqual({ kind: 'ignored', reason });
  });

  test('an event of another detail-type, whatever its detail', () => {
    const event = {
      source: 'aws.ec2',
      'detail-type': 'EC2 Instance State-change Notification',
      detail: null,
    };

    expect(readLaunch(event)).toEqual({ kind: 'ignored', reason: 'another-detail-type' });
  });
});

/** What the reader says of the event; it must refuse it. */
function refusalOf(event: unknown): InvalidEventError {
  try {
    readLaunch(event);
  } catch (error) {
    if (error instanceof InvalidEventError) return error;
    throw error;
  }
  throw new Error('The event was not refused');
}

describe('An event of another shape is invalid, and the error names the place and what was expected', () => {
  test.each([
    [null, 'event', 'Object'],
    ['RunInstances', 'event', 'Object'],
    [undefined, 'event', 'Object'],
    [{}, 'source', 'present'],
    [{ source: 'aws.ec2' }, 'detail-type', 'present'],
    [launchEvent({ envelope: { source: 5 } }), 'source', 'string'],
    [{ ...launchEvent(), detail: 'x' }, 'detail', 'Object'],
    [{ source: 'aws.ec2', 'detail-type': 'AWS API Call via CloudTrail' }, 'detail', 'present'],
    [launchEvent({ detail: { eventSource: undefined } }), 'detail.eventSource', 'string'],
    [{ ...launchEvent(), detail: { eventName: 'RunInstances' } }, 'detail.eventSource', 'present'],
    [launchEvent({ detail: { eventName: null } }), 'detail.eventName', 'string'],
    [launchEvent({ detail: { responseElements: 'x' } }), 'detail.responseElements', 'Object'],
    [
      launchEvent({ detail: { responseElements: { instancesSet: 5 } } }),
      'detail.responseElements.instancesSet',
      'Object',
    ],
    [
      launchEvent({ detail: { responseElements: { instancesSet: { items: 'x' } } } }),
      'detail.responseElements.instancesSet.items',
      'Array',
    ],
  ])('%#: %s', (event, path, expected) => {
    const error = refusalOf(event);

    expect(error.path).toBe(path);
    expect(error.message).toContain(`Expected \`${path}\` to be ${expected}, got `);
  });

  test.each([
    'i-012345678',
    'i-0123456789ABCDEF0',
    'i-0123456789abcdef01',
    'xi-01234567',
    'i-01234567\n',
    'i-*',
    '',
  ])('an id that is not of the form of EC2: "%s"', (id) => {
    const { path, message } = refusalOf(
      launchEvent({ instances: [launchedItem(idOf(1)), launchedItem(id)] }),
    );

    expect(path).toBe('detail.responseElements.instancesSet.items.1.instanceId');
    expect(message).toContain('to be an instance id: i- and 8 or 17 hex digits, got ');
  });

  test.each([null, 5, {}])('an instance without an id: %j', (item) => {
    const { path } = refusalOf(launchEvent({ instances: [item] }));

    expect(path).toMatch(/^detail\.responseElements\.instancesSet\.items\.0/);
  });
});
