import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { launched, refusalOf, started } from './started-endpoint.ts';

async function post(url: string, body: string): Promise<Response> {
  return fetch(`${url}/_faults`, { method: 'POST', body });
}

test('faults are switched on and off over HTTP', async () => {
  const { client, endpoint } = await started();
  const fault = { kind: 'error', action: 'RunInstances', code: 'Unavailable' };

  const switchedOn = [
    await post(endpoint.url, JSON.stringify(fault)),
    await post(endpoint.url, JSON.stringify([fault])),
  ];
  const refusal = await refusalOf(launched(client));
  const switchedOff = await fetch(`${endpoint.url}/_faults`, { method: 'DELETE' });
  const { ids } = await launched(client);

  expect([...switchedOn, switchedOff].map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(refusal.code).toBe('Unavailable');
  expect(ids).toHaveLength(1);
});

test.each([
  ['{"kind":"error","action":"RunInstances","code":"Teapot"}', /Teapot/],
  ['{"kind":"latency","action":"RunInstances"}', /milliseconds/],
  ['{"kind":"reset","action":"RunInstances","time":1}', /time/],
  ['{"kind":"hide","action":"DescribeInstances","instanceIds":[]}', /instanceIds/],
  ['no JSON', /JSON/],
])('a fault that is none is refused with what is wrong: %s', async (body, message) => {
  const { client, endpoint } = await started();

  const answer = await post(endpoint.url, body);

  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(message);
  expect((await launched(client)).ids).toHaveLength(1);
});

test('the calls and the terminated instances are told over HTTP', async () => {
  const { client, endpoint } = await started();
  const { ids } = await launched(client, 2);
  await client.send(new TerminateInstancesCommand({ InstanceIds: ids }));

  const answer = await fetch(`${endpoint.url}/_calls`);

  expect(await answer.json()).toEqual({
    calls: { RunInstances: 1, TerminateInstances: 1 },
    terminated: ids,
  });
});

test('another side path says which ones there are', async () => {
  const { endpoint } = await started();

  const answer = await fetch(`${endpoint.url}/_fault`);

  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain('POST /_faults');
});
