import { DescribeInstancesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { clientOf, imageId, launched, refusalOf, started } from './started-endpoint.ts';

const launch = new RunInstancesCommand({ ImageId: imageId, MinCount: 1, MaxCount: 1 });
const list = new DescribeInstancesCommand();

describe('the faults of whole calls', () => {
  test.each([
    ['RequestLimitExceeded', 503],
    ['InternalError', 500],
    ['Unavailable', 503],
  ] as const)('refuse a call by %s, so many times, and it has no effect', async (code, status) => {
    const { client, endpoint } = await started();
    endpoint.faults.add({ kind: 'error', action: 'RunInstances', code, times: 2 });

    const refusals = [await refusalOf(client.send(launch)), await refusalOf(client.send(launch))];
    await client.send(launch);

    for (const refusal of refusals) expect(refusal).toMatchObject({ code, status });
    expect([...endpoint.fleet.all()]).toHaveLength(1);
    expect(endpoint.calls).toEqual(new Map([['RunInstances', 3]]));
  });

  test('strike their own action alone, for good when no number is given', async () => {
    const { client, endpoint } = await started();
    endpoint.faults.add({ kind: 'error', action: 'DescribeInstances', code: 'Unavailable' });

    await client.send(launch);
    const refusals = [];
    for (let i = 0; i < 3; i++) refusals.push((await refusalOf(client.send(list))).code);
    endpoint.faults.clear();
    await client.send(list);

    expect(refusals).toEqual(['Unavailable', 'Unavailable', 'Unavailable']);
  });

  test('are retried by the SDK as those of EC2 are', async () => {
    const { endpoint } = await started();
    const patient = clientOf(endpoint.url, 3);
    endpoint.faults.add(
      { kind: 'error', action: 'DescribeInstances', code: 'RequestLimitExceeded', times: 1 },
      { kind: 'reset', action: 'DescribeInstances', times: 1 },
    );

    const answer = await patient.send(list);
    patient.destroy();

    expect(answer.$metadata.attempts).toBe(3);
  });

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('reset the connection %s the call takes effect', async (when, instances) => {
    const { client, endpoint } = await started();
    endpoint.faults.add({ kind: 'reset', action: 'RunInstances', when, times: 1 });

    await expect(client.send(launch)).rejects.toMatchObject({ code: 'ECONNRESET' });

    expect([...endpoint.fleet.all()]).toHaveLength(instances);
  });

  test('make a call take longer', async () => {
    const { client, endpoint } = await started();
    endpoint.faults.add({ kind: 'latency', action: 'DescribeInstances', milliseconds: 150, times: 1 });

    const begin = performance.now();
    await client.send(list);
    const slow = performance.now() - begin;

    expect(slow).toBeGreaterThan(145);
  });
});

describe('a request that is none', () => {
  test.each([
    [
      'Action=MakeCoffee&Version=2016-11-15',
      400,
      'InvalidAction',
      'The action MakeCoffee is not valid for this web service.',
    ],
    [
      'Action=toString&Version=2016-11-15',
      400,
      'InvalidAction',
      'The action toString is not valid for this web service.',
    ],
    ['Version=2016-11-15', 400, 'MissingParameter', 'The request must contain the parameter Action'],
    ['Action=DescribeInstances', 400, 'MissingParameter', 'The request must contain the parameter Version'],
    [
      'Action=DescribeInstances&Version=1',
      400,
      'NoSuchVersion',
      'The requested version (1) of service AmazonEC2 does not exist',
    ],
    [
      'Action=DescribeInstances&Version=2016-11-15&Filters.1=x',
      400,
      'UnknownParameter',
      'The parameter Filters is not recognized',
    ],
    [
      'Action=DescribeInstances&Action=RunInstances',
      400,
      'InvalidParameter',
      "The parameter 'Action' may only be specified once.",
    ],
  ])('gets an error of EC2: %s', async (query, status, code, message) => {
    const { endpoint } = await started();

    const inAddress = await fetch(`${endpoint.url}/?${query}`);
    const inBody = await fetch(endpoint.url, { method: 'POST', body: new URLSearchParams(query) });

    for (const answer of [inAddress, inBody]) {
      const requestId = answer.headers.get('x-amzn-requestid');
      const escaped = message.replaceAll("'", '&apos;');
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('text/xml;charset=UTF-8');
      expect(await answer.text()).toBe(
        `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${code}</Code>` +
          `<Message>${escaped}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      );
    }
  });

  test('is refused when it is too large', async () => {
    const { endpoint } = await started();

    const answer = await fetch(endpoint.url, { method: 'POST', body: 'x'.repeat(5_000_000) });

    expect(answer.status).toBe(413);
  });
});

test('a signature in the address is taken for what it is', async () => {
  const { client, endpoint } = await started();
  const { ids } = await launched(client);

  const answer = await fetch(
    `${endpoint.url}/?Action=DescribeInstances&Version=2016-11-15&X-Amz-Algorithm=a&X-Amz-Signature=b&X-Amz-Date=c`,
  );

  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain(`<instanceId>${ids[0]}</instanceId>`);
});
