import {
  DescribeInstancesCommand,
  EC2Client,
  EC2ServiceException,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { DescribeInstancesCommandOutput } from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, test } from 'vitest';
import { createEc2Fleet } from '../../src/aws/ec2-fleet.ts';
import { idOf, idsUpTo } from '../support/launches.ts';
import { mockClient } from '../support/mock-client.ts';

// Gives `expect` its matchers for calls of SDK clients.
await import('aws-sdk-client-mock-vitest/extend');

const ec2 = mockClient(EC2Client);
const fleet = createEc2Fleet(undefined);

afterEach(() => {
  ec2.reset();
});

/** Far enough. */
function soon(): number {
  return Date.now() + 5_000;
}

/** One page of an answer: a reservation for each of these lists of ids. */
function page(
  reservations: readonly (readonly string[])[],
  NextToken?: string,
): Omit<DescribeInstancesCommandOutput, '$metadata'> {
  return {
    Reservations: reservations.map((ids) => ({
      Instances: ids.map((InstanceId) => ({ InstanceId, State: { Name: 'running' } })),
    })),
    ...(NextToken !== undefined && { NextToken }),
  };
}

function rejection(name: string, httpStatusCode = 400): Error {
  return new EC2ServiceException({
    name,
    message: 'what EC2 says',
    $fault: 'client',
    $metadata: { httpStatusCode },
  });
}

describe('To describe instances', () => {
  test('they are asked for by the filter, in which an unknown id is no error for all', async () => {
    ec2.on(DescribeInstancesCommand).resolves(page([[idOf(1)]]));

    await fleet.describe([idOf(1), idOf(2)], soon());

    expect(ec2).toHaveReceivedCommandExactlyOnceWith(DescribeInstancesCommand, {
      Filters: [{ Name: 'instance-id', Values: [idOf(1), idOf(2)] }],
      MaxResults: 1000,
    });
    expect(ec2.commandCalls(DescribeInstancesCommand)[0]?.args[0].input).not.toHaveProperty('InstanceIds');
  });

  test('200 go into one call, as many as a filter takes', async () => {
    ec2.on(DescribeInstancesCommand).resolves(page([idsUpTo(200)]));

    const description = await fleet.describe(idsUpTo(200), soon());

    expect(fleet.limits).toEqual({ describe: 200, terminate: 1000 });
    expect(ec2).toHaveReceivedCommandTimes(DescribeInstancesCommand, 1);
    expect(description).toHaveProperty('instances.length', 200);
  });

  test('every page and every reservation is read', async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolvesOnce(page([[idOf(1)], [idOf(2), idOf(3)]], 'page-2'))
      .resolvesOnce(page([], 'page-3'))
      .resolvesOnce(page([[idOf(4)]]));

    const description = await fleet.describe(idsUpTo(4), soon());

    expect(description).toMatchObject({
      kind: 'described',
      instances: idsUpTo(4).map((instanceId) => ({ instanceId })),
    });
    const filter = { Filters: [{ Name: 'instance-id', Values: idsUpTo(4) }] };
    expect(ec2).toHaveReceivedNthCommandWith(DescribeInstancesCommand, 2, {
      ...filter,
      NextToken: 'page-2',
    });
    expect(ec2).toHaveReceivedNthCommandWith(DescribeInstancesCommand, 3, {
      ...filter,
      NextToken: 'page-3',
    });
    expect(ec2).toHaveReceivedCommandTimes(DescribeInstancesCommand, 3);
  });

  test('an empty page token ends it, as no token does', async () => {
    ec2.on(DescribeInstancesCommand).resolves(page([[idOf(1)]], ''));

    await fleet.describe([idOf(1)], soon());

    expect(ec2).toHaveReceivedCommandTimes(DescribeInstancesCommand, 1);
  });

  test('no instance is no call: an empty filter would list the account', async () => {
    expect(await fleet.describe([], soon())).toEqual({ kind: 'described', instances: [], unreadable: [] });
    expect(ec2).not.toHaveReceivedAnyCommand();
  });

  test.each([
    ['RequestLimitExceeded', 503, true],
    ['Throttling', 400, true],
    ['InternalError', 500, true],
    ['UnauthorizedOperation', 403, false],
    ['AuthFailure', 401, false],
    ['InvalidParameterValue', 400, false],
  ])(
    '%s fails the call, in the words of EC2, and another try may succeed: %s %s',
    async (code, status, transient) => {
      ec2.on(DescribeInstancesCommand).rejects(rejection(code, status));

      expect(await fleet.describe([idOf(1)], soon())).toEqual({
        kind: 'call-failed',
        transient,
        detail: `${code}: what EC2 says`,
      });
      expect(ec2).toHaveReceivedCommandTimes(DescribeInstancesCommand, 1);
    },
  );

  test('a page that fails fails the call: half an answer would make the rest look gone', async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolvesOnce(page([[idOf(1)]], 'page-2'))
      .rejects(rejection('InternalError'));

    expect(await fleet.describe(idsUpTo(2), soon())).toMatchObject({ kind: 'call-failed' });
  });

  test('an instance that is not understood is told as unreadable, of every page', async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolvesOnce({ Reservations: [{ Instances: [{ State: { Name: 'running' } }] }], NextToken: 'page-2' })
      .resolves(page([[idOf(1)]]));

    const description = await fleet.describe([idOf(1)], soon());

    expect(description).toMatchObject({
      kind: 'described',
      instances: [{ instanceId: idOf(1) }],
      unreadable: [{ instanceId: undefined }],
    });
    expect(description).toHaveProperty(
      'unreadable.0.detail',
      expect.stringContaining('the id of each instance'),
    );
  });
});

describe('To find a launch', () => {
  test.each([
    ['reservation-id', 'r-0aaaaaaaaaaaaaaa1', 'r-0aaaaaaaaaaaaaaa1'],
    ['client-token', 'token-1', 'token-1'],
    ['client-token', '*', String.raw`\*`],
    ['client-token', 'a?b*c\\d', String.raw`a\?b\*c\\d`],
    ['client-token', '$&', '$&'],
  ] as const)('by %s %s, the filter is taken literally', async (by, value, filtered) => {
    ec2.on(DescribeInstancesCommand).resolves(page([[idOf(1)]]));

    const description = await fleet.find({ by, value }, soon());

    expect(description).toMatchObject({ kind: 'described', instances: [{ instanceId: idOf(1) }] });
    expect(ec2).toHaveReceivedCommandExactlyOnceWith(DescribeInstancesCommand, {
      Filters: [{ Name: by, Values: [filtered] }],
      MaxResults: 1000,
    });
  });

  test('every page is read', async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolvesOnce(page([[idOf(1)]], 'page-2'))
      .resolvesOnce(page([[idOf(2)]]));

    const description = await fleet.find({ by: 'client-token', value: 'token-1' }, soon());

    expect(description).toHaveProperty('instances.length', 2);
  });
});

describe('To terminate instances', () => {
  test('all are named in one call, and those on their way down are told', async () => {
    ec2.on(TerminateInstancesCommand).resolves({
      TerminatingInstances: [{ InstanceId: idOf(1), CurrentState: { Name: 'shutting-down' } }],
    });

    const termination = await fleet.terminate(idsUpTo(1000), soon());

    expect(termination).toMatchObject({ kind: 'accepted', terminated: new Set([idOf(1)]) });
    expect(ec2).toHaveReceivedCommandExactlyOnceWith(TerminateInstancesCommand, {
      InstanceIds: idsUpTo(1000),
    });
  });

  test('an instance for which EC2 refuses the call makes a refusal', async () => {
    ec2.on(TerminateInstancesCommand).rejects(rejection('OperationNotPermitted'));

    expect(await fleet.terminate([idOf(1)], soon())).toEqual({
      kind: 'refused',
      refusal: 'protected',
      detail: 'OperationNotPermitted: what EC2 says',
    });
  });

  test('throttling fails the call', async () => {
    ec2.on(TerminateInstancesCommand).rejects(rejection('RequestLimitExceeded', 503));

    expect(await fleet.terminate([idOf(1)], soon())).toEqual({
      kind: 'call-failed',
      transient: true,
      detail: 'RequestLimitExceeded: what EC2 says',
    });
  });
});

test('At the deadline no call is begun', async () => {
  const now = Date.now();

  expect(await fleet.describe([idOf(1)], now)).toEqual({ kind: 'out-of-time' });
  expect(await fleet.find({ by: 'client-token', value: 'x' }, now)).toEqual({ kind: 'out-of-time' });
  expect(await fleet.terminate([idOf(1)], now)).toEqual({ kind: 'out-of-time' });
  expect(ec2).not.toHaveReceivedAnyCommand();
});

test('A deadline may fall between two milliseconds, as half of the time does', async () => {
  ec2.on(DescribeInstancesCommand).resolves(page([[idOf(1)]]));

  expect(await fleet.describe([idOf(1)], Date.now() + 1_000.5)).toMatchObject({ kind: 'described' });
});
