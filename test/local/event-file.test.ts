import { describe, expect, test } from 'vitest';
import { FleetState } from '../../src/local/ec2/fleet-state.ts';
import { holdInstancesOf } from '../../src/local/event-file.ts';
import { launchedItem, launchEvent } from '../support/launch-events.ts';

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
  const added = await holdInstancesOf('/elsewhere/event.json', event, fleet);
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
