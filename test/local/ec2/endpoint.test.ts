import { once } from 'node:events';
import { connect } from 'node:net';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { startEc2Endpoint } from '../../../src/local/ec2/endpoint.ts';
import { clientOf, refusalOf, started } from './started-endpoint.ts';

describe('an endpoint', () => {
  test('listens on loopback, on a free port', async () => {
    const [one, other] = [await started(), await started()];

    expect(one.endpoint.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(one.endpoint.url).not.toBe(other.endpoint.url);
  });

  test('listens on the address that it is told', async () => {
    const { endpoint, describe: show } = await started({ host: '::1' });

    expect(endpoint.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect(await show({})).toEqual([]);
  });

  test('tells of a port in use by the error of the system', async () => {
    const { endpoint } = await started();

    const second = startEc2Endpoint({ port: Number(new URL(endpoint.url).port) });

    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('cuts idle connections and calls under way at once when it is closed', async () => {
    const endpoint = await startEc2Endpoint();
    endpoint.faults.add({ kind: 'latency', action: 'DescribeInstances', milliseconds: 60_000 });
    const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1');
    await once(socket, 'connect');
    const slow = fetch(`${endpoint.url}/?Action=DescribeInstances`).then(
      () => 'answered',
      () => 'cut',
    );
    while (endpoint.calls.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));

    const begin = performance.now();
    await endpoint.close();

    expect(performance.now() - begin).toBeLessThan(1_000);
    expect(await slow).toBe('cut');
  });

  test.each([
    ['', 'MissingParameter', 'The request must contain the parameter Action'],
    ['Action=MakeCoffee', 'InvalidAction', 'The action MakeCoffee is not valid for this web service.'],
    ['Action=toString', 'InvalidAction', 'The action toString is not valid for this web service.'],
    [
      'Action=DescribeInstances&Filter.1.Value.1=x',
      'MissingParameter',
      'The request must contain the parameter Filter.1.Name',
    ],
    [
      "Action=DescribeInstances&Filter.1.Name=<'>&Filter.1.Value.1=x",
      'InvalidParameterValue',
      'The filter &apos;&lt;&apos;&gt;&apos; is invalid',
    ],
  ])('answers what it does not take with an error in the form of EC2: %s', async (query, code, message) => {
    const { endpoint } = await started();

    const inAddress = await fetch(`${endpoint.url}/?${query}`);
    const inBody = await fetch(endpoint.url, { method: 'POST', body: new URLSearchParams(query) });

    for (const answer of [inAddress, inBody]) {
      const requestId = answer.headers.get('x-amzn-requestid');
      expect(answer.status).toBe(400);
      expect(await answer.text()).toBe(
        `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${code}</Code>` +
          `<Message>${message}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      );
    }
  });
});

describe('the faults of whole calls', () => {
  test.each([
    ['RequestLimitExceeded', 503],
    ['InternalError', 500],
    ['Unavailable', 503],
  ] as const)('refuse a call by %s, so many times, and it has no effect', async (code, status) => {
    const { endpoint, launch } = await started();
    endpoint.faults.add({ kind: 'error', action: 'RunInstances', code, times: 2 });

    const refusals = [await refusalOf(launch()), await refusalOf(launch())];
    await launch();

    for (const refusal of refusals) expect(refusal).toMatchObject({ code, status });
    expect(endpoint.fleet.all()).toHaveLength(1);
    expect(endpoint.calls).toEqual(new Map([['RunInstances', 3]]));
  });

  test('strike their own action alone, for good when no number is given', async () => {
    const { endpoint, launch, describe: show } = await started();
    endpoint.faults.add({ kind: 'error', action: 'DescribeInstances', code: 'Unavailable' });

    await launch();
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push((await refusalOf(show({}))).code);
    endpoint.faults.clear();

    expect(codes).toEqual(['Unavailable', 'Unavailable', 'Unavailable']);
    expect(await show({})).toHaveLength(1);
  });

  test('are tried again by the SDK as those of EC2 are', async () => {
    const { endpoint } = await started();
    const patient = clientOf(endpoint.url, 3);
    endpoint.faults.add(
      { kind: 'error', action: 'DescribeInstances', code: 'RequestLimitExceeded', times: 1 },
      { kind: 'reset', action: 'DescribeInstances', when: 'before', times: 1 },
    );

    const answer = await patient.send(new DescribeInstancesCommand());
    patient.destroy();

    expect(answer.$metadata.attempts).toBe(3);
  });

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('reset the connection %s the call takes effect', async (when, instances) => {
    const { endpoint, launch } = await started();
    endpoint.faults.add({ kind: 'reset', action: 'RunInstances', when, times: 1 });

    await expect(launch()).rejects.toMatchObject({ code: 'ECONNRESET' });

    expect(endpoint.fleet.all()).toHaveLength(instances);
  });

  test('make a call take longer', async () => {
    const { endpoint, describe: show } = await started();
    endpoint.faults.add({ kind: 'latency', action: 'DescribeInstances', milliseconds: 150, times: 1 });

    const begin = performance.now();
    await show({});

    expect(performance.now() - begin).toBeGreaterThan(145);
  });
});
