import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Uint8ArrayBlobAdapter } from '@smithy/core/serde';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Check } from '../../../src/ops/doctor/check.ts';
import { reachChecks } from '../../../src/ops/doctor/reach-check.ts';
import { mockClient } from '../../support/mock-client.ts';
import { secondLookOutputs, stackWith } from '../../support/ops-stack.ts';
import { context, useHandler } from '../../support/use-handler.ts';

const lambda = mockClient(LambdaClient);
const connection = { region: 'eu-west-1' };
const inNetwork = { SubnetIds: 'subnet-0a1b2c3d', SecurityGroupIds: 'sg-0a1b2c3d' };
const enforcer = useHandler();

beforeEach(() => {
  lambda.reset();
});

const look = async (parameters: Readonly<Record<string, string>> = {}) => {
  const [check]: readonly (Check | undefined)[] = reachChecks(
    connection,
    stackWith(secondLookOutputs, parameters),
  );
  return check?.look();
};
const failsWith = (errorType: string, errorMessage: string) =>
  lambda.on(InvokeCommand).resolves({
    FunctionError: 'Unhandled',
    Payload: Uint8ArrayBlobAdapter.fromString(JSON.stringify({ errorType, errorMessage })),
  });

/** Lambda, with the function itself in it. */
const runs = (settings: Readonly<Record<string, string>>) =>
  lambda.on(InvokeCommand).callsFake(async ({ Payload }: { Payload: Uint8Array }) => {
    const handler = await enforcer.loadSecondLook(settings);
    const event: unknown = JSON.parse(Buffer.from(Payload).toString());
    try {
      return { Payload: Buffer.from(JSON.stringify(await handler(event, context()))) };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      const failure = JSON.stringify({ errorType: name, errorMessage: message });
      return { FunctionError: 'Unhandled', Payload: Buffer.from(failure) };
    }
  });

describe('The function itself,', () => {
  test('when EC2 answers it, is fine: one call, and nothing is touched', async () => {
    runs({});

    expect(await look()).toEqual({ status: 'ok', found: 'EC2 answered it' });
    expect([...enforcer.ec2.calls]).toEqual([['DescribeInstances', 1]]);
  });

  test('when nobody is where EC2 should be, cannot reach it', async () => {
    runs({ AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:1' });

    const { status, found, fix } = { ...(await look(inNetwork)) };
    expect(status).toBe('fail');
    expect(found).toMatch(/^EC2 did not answer it: .*ECONNREFUSED/);
    expect(fix).toMatch(/Give subnet-0a1b2c3d a NAT gateway .* let sg-0a1b2c3d out on port 443/);
  });
});

describe('A function that', () => {
  test.each([
    ['UnsettledInstancesError', 'i-0 failed: unreadable, TimeoutError: No whole answer came within 8000 ms'],
    ['UnsettledInstancesError', 'i-0 deferred: out-of-time'],
    ['Sandbox.Timedout', 'RequestId: 1 Error: Task timed out after 60.00 seconds'],
    ['UnsettledInstancesError', 'i-0 failed: unreadable, Error: getaddrinfo ENOTFOUND ec2.eu-west-1'],
  ])('had no answer (%s: %s) cannot reach EC2', async (errorType, errorMessage) => {
    failsWith(errorType, errorMessage);

    const { status, found, fix } = { ...(await look(inNetwork)) };
    expect(status).toBe('fail');
    expect(found).toMatch(/^EC2 did not answer/);
    expect(fix).toContain('NAT gateway');
    expect((await look())?.fix).not.toContain('NAT gateway');
    expect((await look({ Ec2EndpointUrl: 'https://ec2.local' }))?.fix).toContain('https://ec2.local');
  });

  test('was refused reaches it, and may not', async () => {
    failsWith(
      'UnsettledInstancesError',
      'i-0 failed: unreadable, UnauthorizedOperation: You are not allowed',
    );

    const { status, found, fix } = { ...(await look(inNetwork)) };
    expect(status).toBe('fail');
    expect(found).toMatch(/^EC2 answered, and refused it/);
    expect(fix).not.toContain('NAT gateway');
  });

  test('failed at something else is said to have failed', async () => {
    failsWith('InvalidSettingError', 'Expected the environment variable `MODE`');

    const { status, found } = { ...(await look(inNetwork)) };
    expect(status).toBe('fail');
    expect(found).toMatch(/^It failed: InvalidSettingError/);
  });
});

test('A stack without second looks is not probed', () => {
  expect(reachChecks(connection, stackWith({}))).toEqual([]);
});
