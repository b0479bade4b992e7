import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Uint8ArrayBlobAdapter } from '@smithy/core/serde';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../src/ops/doctor/check.ts';
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

type Look = (parameters?: Readonly<Record<string, string>>) => Promise<CheckResult | undefined>;
const lookWith =
  (name: string): Look =>
  async (parameters = {}) =>
    reachChecks(connection, stackWith(secondLookOutputs, parameters))
      .find((check) => check.name.includes(name))
      ?.look();
const look = lookWith('SecondLook');
const failsWith = (errorType: string, errorMessage: string) =>
  lambda.on(InvokeCommand).resolves({
    FunctionError: 'Unhandled',
    Payload: Uint8ArrayBlobAdapter.fromString(JSON.stringify({ errorType, errorMessage })),
  });

/** Lambda, with the function itself in it. */
const runs = (settings: Readonly<Record<string, string>>) =>
  lambda
    .on(InvokeCommand)
    .callsFake(async ({ FunctionName, Payload }: { FunctionName: string; Payload: Uint8Array }) => {
      const load = FunctionName === 'enforce' ? enforcer.load : enforcer.loadSecondLook;
      const handler = await load(settings);
      const event: unknown = JSON.parse(Buffer.from(Payload).toString());
      try {
        return { Payload: Buffer.from(JSON.stringify(await handler(event, context()))) };
      } catch (error) {
        const { name, message } = error instanceof Error ? error : new Error(String(error));
        const failure = JSON.stringify({ errorType: name, errorMessage: message });
        return { FunctionError: 'Unhandled', Payload: Buffer.from(failure) };
      }
    });

describe.each(['EnforceNameTag', 'SecondLook'])('%s itself,', (name) => {
  const lookAtIt = lookWith(name);

  test('when EC2 answers it, is fine: one call, nothing is touched, and nothing rings', async () => {
    runs({});

    expect(await lookAtIt()).toEqual({ status: 'ok', found: 'EC2 answered it' });
    expect([...enforcer.ec2.calls]).toEqual([['DescribeInstances', 1]]);
    expect(enforcer.metrics()).toEqual({});
  });

  test('when nobody is where EC2 should be, cannot reach it, and nothing rings', async () => {
    runs({ AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:1' });

    const { status, found, fix } = { ...(await lookAtIt(inNetwork)) };
    expect(enforcer.metrics()).toEqual({});
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

describe('A function of an older version', () => {
  test.each([
    ['throws what it does not know', { errorType: 'InvalidEventError', errorMessage: 'Expected `Records`' }],
    ['answers something else', undefined],
  ])('that %s is to be deployed anew', async (_, failure) => {
    if (failure === undefined)
      lambda.on(InvokeCommand).resolves({ Payload: Uint8ArrayBlobAdapter.fromString('{"outcomes":[]}') });
    else failsWith(failure.errorType, failure.errorMessage);

    const { status, found, fix } = { ...(await look()) };
    expect(status).toBe('fail');
    expect(found).toContain('older version');
    expect(fix).toContain('npm run deploy');
  });

  test('throws the probe, and makes no dead letter of it: it says that somebody waits', async () => {
    failsWith('InvalidEventError', 'Expected `Records`');

    await look();

    const probe = [{ account: '111122223333', region: 'eu-west-1' }];
    expect(lambda.commandCalls(InvokeCommand).map(({ args }) => args[0].input.Payload)).toEqual([
      Buffer.from(JSON.stringify({ probe, redrive: true })),
    ]);
  });
});

test('A stack without second looks is not probed', () => {
  expect(reachChecks(connection, stackWith({}))).toEqual([]);
});
