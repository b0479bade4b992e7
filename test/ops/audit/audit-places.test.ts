import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { auditPlaces } from '../../../src/ops/audit/audit-places.ts';
import { startAwsServer, type AwsServer } from '../../support/aws-server.ts';

const oneNameless = `<DescribeInstancesResponse><reservationSet><item><reservationId>r-1</reservationId>
  <ownerId>100000000000</ownerId><instancesSet><item><instanceId>i-0123456789abcdef0</instanceId>
  <instanceState><code>16</code><name>running</name></instanceState><instanceType>t3.micro</instanceType>
  <launchTime>2026-03-01T09:00:00.000Z</launchTime></item></instancesSet></item></reservationSet>
  </DescribeInstancesResponse>`;
let server: AwsServer;
let underWay = 0;
let most = 0;

beforeEach(async () => {
  underWay = 0;
  most = 0;
  server = await startAwsServer(async ({ body: request }) => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    underWay--;
    if (request.includes('LookupAttributes')) return { body: '{"Events":[]}' };
    return { body: request.includes('DescribeInstanceAttribute') ? '' : oneNameless };
  });
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const credentials = async () => {
  const expiration = new Date(Date.now() + 3_600_000);
  return { accessKeyId: 'ASIA', secretAccessKey: 'secret', sessionToken: 'token', expiration };
};
const places = Array.from({ length: 100 }, (_, number) => {
  const [account, region] = [String(100_000_000_000 + number), 'eu-west-1'];
  return { account, region, connection: { region, credentials } };
});
const settings = {
  exemptTagKeys: new Set<string>(),
  states: ['running'],
  onlyThese: undefined,
  asksCloudTrail: true,
} as const;
const openSockets = () => process.getActiveResourcesInfo().filter((what) => what === 'TCPSocketWrap').length;

test('a hundred accounts are read twenty at a time, in order, and leave no connection behind', async () => {
  const before = openSockets();
  const done: number[] = [];

  const audit = await auditPlaces(places, settings, (count) => done.push(count));

  expect(audit.places.map(({ account }) => account)).toEqual(places.map(({ account }) => account));
  expect(audit.unread).toEqual([]);
  expect(audit.places.map(({ nameless }) => nameless.length)).toEqual(places.map(() => 1));
  expect(server.requests.filter(({ body }) => body.includes('LookupAttributes'))).toHaveLength(places.length);
  expect(done).toEqual(places.map((_, index) => index + 1));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(20);
  await expect.poll(openSockets, { timeout: 2_000 }).toBeLessThanOrEqual(before);
});
