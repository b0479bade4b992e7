import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FleetState } from '../../src/local/ec2/fleet-state.ts';
import { holdInstancesOf, readEventFile } from '../../src/local/event-file.ts';
import { readSampleEvents, sampleEventsFolder } from '../../src/local/sample-events.ts';
import { launchedItem, launchEvent } from '../support/launch-events.ts';
import { batchOf, failureRecordOf, startEvent } from '../support/second-look-messages.ts';

const team = { key: 'team', value: 'web' };
const requestParameters = {
  clientToken: 'token',
  instancesSet: { items: [{ minCount: 2, maxCount: 5 }] },
  tagSpecificationSet: {
    items: [
      { resourceType: 'instance', tags: [team, { key: 'bare' }] },
      { resourceType: 'volume', tags: [{ key: 'Name', value: 'disk' }] },
    ],
  },
};

async function held(event: unknown, fleet = new FleetState({ region: 'eu-west-1' })) {
  const file = { function: 'enforce-name-tag', event } as const;
  const added = await holdInstancesOf('/elsewhere/event.json', file, fleet);
  return { added, instances: fleet.all(), tags: fleet.all().map(({ tags }) => Object.fromEntries(tags)) };
}

describe("EC2 is given for an event of one's own", () => {
  test('the instances that it lists, of its launch, with the tags of the request and their own', async () => {
    const instances = [launchedItem('i-0123456789abcdef0', [{ key: 'Name', value: 'a' }])];
    const event = launchEvent({
      instances: [...instances, launchedItem('i-01234567')],
      detail: { requestParameters: undefined, eventTime: '2026-03-01T10:00:00Z' },
      requestTags: [],
    });

    const { added, instances: shown, tags } = await held(event);

    expect(added).toBe(2);
    expect(shown).toMatchObject([
      {
        instanceId: 'i-0123456789abcdef0',
        reservationId: 'r-0a1b2c3d4e5f60718',
        launchedAt: Date.parse('2026-03-01T10:00:00Z'),
      },
      { instanceId: 'i-01234567' },
    ]);
    expect(tags).toEqual([{ Name: 'a' }, {}]);
  });

  test.each([null, undefined, { omitted: true }, 'true'])(
    'as many as were asked for at least, by their client token, when the answer is %o',
    async (responseElements) => {
      const { instances, tags } = await held(
        launchEvent({ detail: { requestParameters, responseElements } }),
      );

      expect(instances.map(({ clientToken }) => clientToken)).toEqual(['token', 'token']);
      expect(tags).toEqual([
        { team: 'web', bare: '' },
        { team: 'web', bare: '' },
      ]);
    },
  );

  test.each([
    ['of a failed call', launchEvent({ detail: { errorCode: 'Client.DryRunOperation' } })],
    [
      'without instances, and with nothing to find them by',
      launchEvent({ detail: { responseElements: null } }),
    ],
    ['with ids that are none', launchEvent({ instances: [launchedItem('web')] })],
    ['of something else', { hello: 'world' }],
    ['that is nothing', null],
  ])('nothing for one %s', async (_, event) => {
    expect(await held(event)).toMatchObject({ added: 0, instances: [] });
  });

  test('nothing in place of what is there already', async () => {
    const fleet = new FleetState({ region: 'eu-west-1' });
    const [instanceId, tags] = ['i-0123456789abcdef0', [{ key: 'Name', value: 'named since' }]];
    fleet.add({ instances: [{ instanceId, tags }] });

    expect(await held(launchEvent(), fleet)).toMatchObject({ added: 0, tags: [{ Name: 'named since' }] });
  });
});

describe('EC2 is given for messages of the second-look queue', () => {
  test('what came to run, as launched then', async () => {
    const event = startEvent({ instanceId: 'i-0123456789abcdef0', time: '2026-03-01T10:00:00Z' });

    expect(await held(batchOf(event))).toMatchObject({
      instances: [{ instanceId: 'i-0123456789abcdef0', launchedAt: Date.parse('2026-03-01T10:00:00Z') }],
      tags: [{}],
    });
  });

  test("the instances of the enforcer's own message, of their launch", async () => {
    const message = {
      version: 1,
      instanceIds: ['i-0123456789abcdef0', 'i-01234567'],
      account: '111122223333',
      region: 'eu-west-1',
      dueAt: '2026-03-01T10:30:00Z',
      launch: { launchedAt: '2026-03-01T10:00:00Z', reservationId: 'r-0a1b2c3d4e5f60718' },
    };

    const { instances } = await held(batchOf(message));

    const about = {
      launchedAt: Date.parse('2026-03-01T10:00:00Z'),
      reservationId: 'r-0a1b2c3d4e5f60718',
      instanceId: 'i-0123456789abcdef0',
    };
    expect(instances).toMatchObject([about, { ...about, instanceId: 'i-01234567' }]);
  });

  test('the instances of the launch in a record, and nothing for what cannot be read', async () => {
    const record = failureRecordOf(launchEvent({ instances: [launchedItem('i-0123456789abcdef0', [team])] }));

    expect(await held(batchOf('no JSON', record, startEvent({ state: 'pending' })))).toMatchObject({
      added: 1,
      tags: [expect.objectContaining({ team: 'web' })],
    });
  });
});

describe("an event of one's own", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'event-file-'));
  });
  afterAll(async () => rm(folder, { recursive: true }));

  async function read(content: unknown) {
    const path = join(folder, 'event.json');
    await writeFile(path, JSON.stringify(content));
    return readEventFile(path);
  }

  test('goes to the function for launches as it is', async () => {
    const event = launchEvent();

    expect(await read(event)).toEqual({ function: 'enforce-name-tag', event });
  });

  test.each([
    ['a change of state', startEvent()],
    ["the enforcer's own message", { instanceIds: [] }],
    ['a record of a failed invocation', failureRecordOf(launchEvent())],
  ])('that is %s becomes a batch of one message for the second look', async (_, message) => {
    const body = JSON.stringify(message);

    expect(await read(message)).toEqual({
      function: 'second-look',
      event: { Records: [expect.objectContaining({ body, messageAttributes: {} })] },
    });
  });

  test('that is a batch goes to the second look as it is', async () => {
    const batch = batchOf(startEvent(), startEvent());

    expect(await read(batch)).toEqual({ function: 'second-look', event: batch });
  });

  test('goes where a sample of its form goes', async () => {
    for (const { file, function: expected } of await readSampleEvents()) {
      const path = join(folder, file);
      await copyFile(join(sampleEventsFolder, file), path);

      expect([file, (await readEventFile(path)).function]).toEqual([file, expected]);
    }
  });
});
