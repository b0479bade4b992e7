import * as fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import type { Member } from '../../../src/ops/organization/members.ts';
import { organizationLogFiles, type OrganizationTrail } from '../../../src/ops/replay/organization-trail.ts';
import { startAwsServer, type AwsServer } from '../../support/aws-server.ts';
import { bucketAnswer } from '../../support/fake-bucket.ts';

let server: AwsServer | undefined;
afterEach(async () => {
  await server?.close();
  vi.unstubAllEnvs();
});

const prefix = 'trails/AWSLogs/o-a1b2c3d4e5/';
const member = (account: string, region = 'eu-west-1'): Member => ({
  account,
  region,
  deployment: undefined,
});
const one = member('111122223333');
const other = member('444455556666');
const third = member('777788889999');
const at = (moment: string): number => Date.parse(moment);

function keyOf({ account, region }: Member, day: string, name = 'a'): string {
  return `${prefix}${account}/CloudTrail/${region}/${day}/${account}_CloudTrail_${region}_${name}.json.gz`;
}

let keysThere: readonly string[];

async function serve(keys: readonly string[] = []): Promise<AwsServer> {
  keysThere = keys;
  server = await startAwsServer((request) => {
    const objects = new Map(keysThere.map((key) => [key, Buffer.from('{}')]));
    return bucketAnswer('trail', objects, request);
  });
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  return server;
}

/** The keys that are read, in their order, and the members that have none. */
async function read(trail: Pick<OrganizationTrail, 'members' | 'since' | 'until'>) {
  const withoutFiles: Member[] = [];
  const keys: string[] = [];
  const files = organizationLogFiles(
    { bucket: 'trail', prefix, ...trail },
    { region: 'eu-west-1' },
    withoutFiles,
  );
  for await (const { name } of files) keys.push(name.replace('s3://trail/', ''));
  return { keys, withoutFiles };
}

test('The files of each member come in order, one member after the other', async () => {
  const members = [one, member('111122223333', 'us-east-1'), other, third];
  const expected = members.flatMap((place) =>
    ['2026/03/01', '2026/03/02', '2026/03/09'].flatMap((day) => [keyOf(place, day), keyOf(place, day, 'b')]),
  );
  await serve(expected.toReversed());

  expect(await read({ members, since: at('2026-03-01'), until: undefined })).toEqual({
    keys: expected,
    withoutFiles: [],
  });
});

test('No key is listed of another account, region or earlier day, nor a page after the last day', async () => {
  const days = Array.from({ length: 28 }, (_, index) => `2026/02/${String(index + 1).padStart(2, '0')}`);
  const { requests } = await serve(
    [one, other, member('111122223333', 'us-east-1')].flatMap((place) =>
      days.map((day) => keyOf(place, day)),
    ),
  );

  const { keys } = await read({ members: [one], since: at('2026-02-10T23:59Z'), until: at('2026-02-13') });

  expect(keys).toEqual(days.slice(9, 13).map((day) => keyOf(one, day)));
  const listings = requests.flatMap(({ url }) =>
    url.searchParams.has('list-type') ? [url.searchParams] : [],
  );
  expect(listings.map((query) => [query.get('prefix'), query.get('start-after')])).toEqual(
    listings.map(() => [
      `${prefix}111122223333/CloudTrail/eu-west-1/`,
      `${prefix}111122223333/CloudTrail/eu-west-1/2026/02/10`,
    ]),
  );
  // Two keys a page: of 10 and 11 February, of 12 and 13, and the one that shows that it is enough.
  expect(listings.length).toBe(3);
});

test('A launch is found as long as its file comes within a day of it', async () => {
  const minute = 60_000;
  const base = at('2026-01-01');
  const year = 365 * 24 * 60;
  await serve();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: year }),
      fc.integer({ min: 0, max: 3 * 24 * 60 }),
      fc.integer({ min: 1, max: 3 * 24 * 60 }),
      fc.integer({ min: 0, max: 24 * 60 }),
      async (start, launchedAfter, length, late) => {
        const since = base + start * minute;
        const until = since + (launchedAfter + length) * minute;
        const delivered = new Date(since + (launchedAfter + late) * minute);
        const key = keyOf(one, delivered.toISOString().slice(0, 10).replaceAll('-', '/'));
        keysThere = [key];

        expect((await read({ members: [one], since, until })).keys).toEqual([key]);
      },
    ),
  );
});

test('Members without a log file are told, and the others read', async () => {
  await serve([keyOf(other, '2026/03/02'), keyOf(third, '2026/02/27')]);

  expect(await read({ members: [one, other, third], since: at('2026-03-01'), until: undefined })).toEqual({
    keys: [keyOf(other, '2026/03/02')],
    withoutFiles: [one, third],
  });
});

test('A trail that has no file of any member is not taken for a quiet one', async () => {
  await serve([keyOf(third, '2026/03/02')]);

  await expect(read({ members: [one, other], since: at('2026-03-01'), until: undefined })).rejects.toThrow(
    'Expected log files of 2 members under `s3://trail/trails/AWSLogs/o-a1b2c3d4e5/` from 2026/03/01 on, found none. ' +
      "See whether bucket and prefix are those of the organization's trail.",
  );
});

test('Several members are listed at a time, and no more than are soon read', async () => {
  const members = Array.from({ length: 100 }, (_, index) => member(String(100_000_000_000 + index)));
  const { requests } = await serve(members.map((place) => keyOf(place, '2026/03/02')));
  const trail = { bucket: 'trail', prefix, members, since: at('2026-03-01'), until: undefined };

  const files = organizationLogFiles(trail, { region: 'eu-west-1' }, []);
  await files.next();
  await new Promise((resolve) => {
    setTimeout(resolve, 200);
  });
  const listings = requests.filter(({ url }) => url.searchParams.has('list-type')).length;
  await files.return();

  expect(listings).toBeGreaterThan(12);
  expect(listings).toBeLessThan(40);
});
