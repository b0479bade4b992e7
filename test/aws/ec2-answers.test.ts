import type { Instance, InstanceState } from '@aws-sdk/client-ec2';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { oneLineOf } from '../../src/aws/one-line.ts';
import { readInstances, readRefusal, readTermination } from '../../src/aws/ec2-answers.ts';

const metadata = { $metadata: {} };

/** An error as the SDK makes it of one of EC2's codes. */
function ec2Error(code: string, message = 'what EC2 says'): Error {
  return Object.assign(new Error(message), { name: code });
}

describe('Every instance of every reservation is read', () => {
  test('with its state, tags, reservation and client token', () => {
    const { instances } = readInstances({
      ...metadata,
      Reservations: [
        {
          ReservationId: 'r-1',
          Instances: [
            {
              InstanceId: 'i-01234567',
              State: { Name: 'running' },
              Tags: [{ Key: 'Name', Value: 'web-1' }],
              ClientToken: 'token-1',
              Operator: { Managed: true, Principal: 'eks.amazonaws.com' },
            },
            { InstanceId: 'i-11234567', State: { Name: 'terminated' } },
          ],
        },
        { ReservationId: 'r-2', Instances: [{ InstanceId: 'i-21234567', State: { Name: 'pending' } }] },
      ],
    });

    const bare = { tags: [], clientToken: undefined, isManaged: false };
    expect(instances).toEqual([
      {
        instanceId: 'i-01234567',
        state: 'running',
        tags: [{ key: 'Name', value: 'web-1' }],
        reservationId: 'r-1',
        clientToken: 'token-1',
        isManaged: true,
      },
      { ...bare, instanceId: 'i-11234567', state: 'terminated', reservationId: 'r-1' },
      { ...bare, instanceId: 'i-21234567', state: 'pending', reservationId: 'r-2' },
    ]);
  });

  test('and a tag without a value has an empty one', () => {
    const { instances } = readInstances({
      ...metadata,
      Reservations: [
        { Instances: [{ InstanceId: 'i-01234567', State: { Name: 'running' }, Tags: [{ Key: 'Name' }] }] },
      ],
    });

    expect(instances[0]?.tags).toEqual([{ key: 'Name', value: '' }]);
  });

  test.each([{}, { Reservations: [] }, { Reservations: [{}] }, { Reservations: [{ Instances: [] }] }])(
    'of %j is none',
    (answer) => {
      expect(readInstances({ ...metadata, ...answer })).toEqual({ instances: [], unreadable: [] });
    },
  );

  test.each<[string, Instance, string]>([
    ['its id', { State: { Name: 'running' } }, 'the id of each instance, got none'],
    ['its state', { InstanceId: 'i-01234567' }, 'a known state of i-01234567, got none'],
    [
      'the name of its state',
      { InstanceId: 'i-01234567', State: { Code: 16 } },
      'a known state of i-01234567, got none',
    ],
    [
      'the key of a tag',
      { InstanceId: 'i-01234567', State: { Name: 'running' }, Tags: [{ Value: 'web-1' }] },
      'the key of each tag of i-01234567, got none',
    ],
  ])('and one that lacks %s is unreadable, and leaves its neighbour readable', (_, instance, expected) => {
    const whole: Instance = { InstanceId: 'i-11234567', State: { Name: 'running' } };

    const shown = readInstances({ ...metadata, Reservations: [{ Instances: [whole, instance] }] });

    expect(shown.instances.map(({ instanceId }) => instanceId)).toEqual(['i-11234567']);
    expect(shown.unreadable).toEqual([
      { instanceId: instance.InstanceId, detail: `Expected EC2 to answer with ${expected}` },
    ]);
  });

  test('and one in a state that is not known is unreadable: whether it lives cannot be told', () => {
    const hibernated: unknown = { Name: 'hibernated' };
    const State = v.parse(
      v.custom<InstanceState>(() => true),
      hibernated,
    );

    const { unreadable } = readInstances({
      ...metadata,
      Reservations: [{ Instances: [{ InstanceId: 'i-01234567', State }] }],
    });

    expect(unreadable[0]?.detail).toContain('a known state of i-01234567, got "hibernated"');
  });
});

describe('Of a call to terminate that EC2 took', () => {
  test('the instances on their way down are read, and no others, by this call or before it', () => {
    const down = readTermination({
      ...metadata,
      TerminatingInstances: [
        {
          InstanceId: 'i-01234567',
          CurrentState: { Name: 'shutting-down' },
          PreviousState: { Name: 'running' },
        },
        { InstanceId: 'i-11234567', CurrentState: { Name: 'terminated' } },
        { InstanceId: 'i-21234567', CurrentState: { Name: 'running' } },
        {
          InstanceId: 'i-41234567',
          CurrentState: { Name: 'shutting-down' },
          PreviousState: { Name: 'shutting-down' },
        },
        {
          InstanceId: 'i-51234567',
          CurrentState: { Name: 'terminated' },
          PreviousState: { Name: 'terminated' },
        },
        { InstanceId: 'i-31234567', PreviousState: { Name: 'terminated' } },
        { CurrentState: { Name: 'terminated' } },
      ],
    });

    expect(down).toEqual({
      kind: 'accepted',
      terminated: new Set(['i-01234567', 'i-11234567']),
      downBefore: new Set(['i-41234567', 'i-51234567']),
    });
  });

  test('an empty answer tells of none', () => {
    expect(readTermination(metadata)).toMatchObject({ terminated: new Set(), downBefore: new Set() });
  });
});

describe('An error of TerminateInstances', () => {
  test.each([
    ['InvalidInstanceID.NotFound', 'not-found'],
    ['InvalidInstanceID.Malformed', 'not-found'],
    ['OperationNotPermitted', 'protected'],
    ['UnauthorizedOperation', 'denied'],
    ['IncorrectInstanceState', 'unsupported'],
    ['IncorrectState', 'unsupported'],
    ['UnsupportedOperation', 'unsupported'],
  ])('%s is a refusal for the sake of an instance: %s', (code, refusal) => {
    expect(readRefusal(ec2Error(code))).toEqual({
      kind: 'refused',
      refusal,
      detail: `${code}: what EC2 says`,
    });
  });

  test.each(['RequestLimitExceeded', 'Throttling', 'InternalError', 'AuthFailure', 'TimeoutError', 'Error'])(
    '%s is none: the call failed',
    (code) => {
      expect(readRefusal(ec2Error(code))).toBeUndefined();
    },
  );

  test.each(['UnauthorizedOperation', undefined, { name: 'UnauthorizedOperation' }])(
    'that is no Error is none: %j',
    (error) => {
      expect(readRefusal(error)).toBeUndefined();
    },
  );
});

describe('A failure is told', () => {
  test('in one line, whatever the lines of the message', () => {
    expect(oneLineOf(ec2Error('InternalError', 'one\n  two\r\nthree'))).toBe('InternalError: one two three');
  });

  test('in at most 300 characters', () => {
    expect(oneLineOf(ec2Error('Denied', 'x'.repeat(292)))).toBe(`Denied: ${'x'.repeat(292)}`);
    expect(oneLineOf(ec2Error('Denied', 'x'.repeat(293)))).toBe(`Denied: ${'x'.repeat(289)}...`);
  });

  test('with what became of each address of a host that did not answer', () => {
    const error = new AggregateError([new Error('connect ETIMEDOUT 192.0.2.1:443'), 'unreachable']);

    expect(oneLineOf(error)).toBe('AggregateError: Error: connect ETIMEDOUT 192.0.2.1:443; unreachable');
  });

  test('even when it is no Error', () => {
    expect(oneLineOf('out of order')).toBe('out of order');
  });
});

const firstLaunchOf = (NetworkInterfaces: Instance['NetworkInterfaces']) => {
  const instance = { InstanceId: 'i-01234567', State: { Name: 'running' as const }, NetworkInterfaces };
  return readInstances({ ...metadata, Reservations: [{ Instances: [instance] }] }).instances[0]
    ?.firstLaunchedAt;
};
const attached = (minute: number, DeviceIndex = 0) => ({
  Attachment: { DeviceIndex, AttachTime: new Date(Date.UTC(2026, 2, 1, 9, minute)) },
});

describe('An instance was first launched', () => {
  test('when the first of its network interfaces was attached, whatever was attached since', () => {
    // Each network card has a device index 0 of its own.
    expect(firstLaunchOf([attached(30), attached(0), attached(10, 1)])).toBe(Date.UTC(2026, 2, 1, 9));
  });

  test.each([[undefined], [[]], [[{}]], [[{ Attachment: { DeviceIndex: 0 } }]]])(
    'at a time that nobody knows, of what EC2 shows as %j',
    (interfaces) => {
      expect(firstLaunchOf(interfaces)).toBeUndefined();
    },
  );
});
