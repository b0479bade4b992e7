import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startEc2Endpoint } from '../../../src/local/ec2/endpoint.ts';
import { started } from './started-endpoint.ts';

test('an endpoint listens on loopback, on a free port', async () => {
  const [one, other] = [await started(), await started()];

  expect(one.endpoint.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(one.endpoint.url).not.toBe(other.endpoint.url);
});

test('an endpoint listens on the address and port it is told', async () => {
  const { endpoint } = await started({ host: '::1' });

  const answer = await fetch(`${endpoint.url}/_calls`);

  expect(endpoint.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect(answer.status).toBe(200);
});

test('a port in use is told by the error of the system', async () => {
  const { endpoint } = await started();

  const second = startEc2Endpoint({ port: Number(new URL(endpoint.url).port) });

  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('close cuts idle connections and calls under way at once', async () => {
  const endpoint = await startEc2Endpoint();
  endpoint.faults.add({ kind: 'latency', action: 'DescribeInstances', milliseconds: 60_000 });
  const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1');
  await once(socket, 'connect');
  const slow = fetch(`${endpoint.url}/?Action=DescribeInstances&Version=2016-11-15`);
  const fate = slow.then(
    () => 'answered',
    () => 'cut',
  );
  while (endpoint.calls.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));

  const begin = performance.now();
  await endpoint.close();

  const taken = performance.now() - begin;

  expect(await fate).toBe('cut');
  expect(taken).toBeLessThan(1_000);
});
