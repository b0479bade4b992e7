import { describe, expect, test } from 'vitest';
import { enforceLaunch } from '../../src/enforcer/enforce-launch.ts';
import { lookAtBatch } from '../../src/enforcer/second-look-batch.ts';
import type { BatchResult } from '../../src/enforcer/second-look-batch.ts';
import type { InstanceId, Launch, LaunchSource } from '../../src/enforcer/launch.ts';
import type { Settlement } from '../../src/enforcer/settlement.ts';
import { InMemoryFleet } from '../support/in-memory-fleet.ts';
import type { FleetOptions } from '../support/in-memory-fleet.ts';
import { enforcement, idOf, launchedAt, listed, name, source, unlisted } from '../support/launches.ts';
import { startEvent } from '../support/second-look-messages.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const home = { account: '111122223333', region: 'eu-central-1' };
const [own, ownElsewhere, here, there, broken] = [
  '111122223333 eu-central-1',
  '111122223333 us-east-1',
  '444455556666 us-east-1',
  '444455556666 ap-south-1',
  '777788889999 us-east-1',
];
const [ownId, hereId, thereId, brokenId] = [idOf(1), idOf(2), idOf(3), idOf(4)];
const at = (place: string): Pick<LaunchSource, 'account' | 'region'> => {
  const [account, region] = place.split(' ');
  return { account, region };
};

/** An organization: in each place one nameless instance, and what is said of calls there. */
class Organization {
  readonly clock = new VirtualClock({ now: launchedAt + 120_000 });
  readonly fleets: Readonly<Record<string, InMemoryFleet>>;
  /** Of which launch a member's fleet was asked for. */
  readonly askedFor: LaunchSource[] = [];

  constructor(parts: Readonly<Record<string, Partial<FleetOptions>>> = {}) {
    const ids = {
      [own]: ownId,
      [ownElsewhere]: idOf(5),
      [here]: hereId,
      [there]: thereId,
      [broken]: brokenId,
    };
    this.fleets = Object.fromEntries(
      Object.entries(ids).map(([place, instanceId]) => [
        place,
        new InMemoryFleet({
          clock: this.clock,
          instances: [{ instanceId, firstLaunchedAt: launchedAt }],
          ...parts[place],
        }),
      ]),
    );
  }

  fleet(place: string): InMemoryFleet {
    const fleet = this.fleets[place];
    if (fleet === undefined) throw new Error(`Expected a place of the organization, got ${place}`);
    return fleet;
  }

  get enforcement() {
    return enforcement(this.fleet(own), this.clock, {
      home,
      deadline: this.clock.now() + 30_000,
      members: ({ account, region }, launch) => {
        this.askedFor.push(launch);
        return this.fleet(`${account} ${region}`);
      },
    });
  }

  async launch(place: string, launch: Launch = listed(ownId, hereId, thereId)): Promise<Settlement> {
    const placed = { ...launch, source: { ...launch.source, ...at(place) } };
    return this.clock.run(enforceLaunch(placed, this.enforcement));
  }

  async starts(
    ...started: readonly (readonly [place: string, instanceId: InstanceId])[]
  ): Promise<BatchResult> {
    const received = started.map(([place, instanceId]) => {
      const { account = '', region = '' } = at(place);
      const time = new Date(launchedAt + 10_000).toISOString();
      return { messageId: place, body: JSON.stringify(startEvent({ instanceId, account, region, time })) };
    });
    return this.clock.run(lookAtBatch(received, { ...this.enforcement, maxRounds: 5 }, 'arn'));
  }

  /** Where each kill was. */
  get kills(): Record<string, string[]> {
    return Object.fromEntries(
      Object.entries(this.fleets)
        .filter(([, { kills }]) => kills.length > 0)
        .map(([place, { kills }]) => [place, kills.map(({ instanceId }) => instanceId)]),
    );
  }
}

describe('A launch', () => {
  test("of the stack's own account and region is settled there, though there are members", async () => {
    const organization = new Organization();

    await organization.launch(own, listed(ownId));

    expect(organization.kills).toEqual({ [own]: [ownId] });
    expect(organization.askedFor).toEqual([]);
  });

  test('of a member is settled in its account and region, and nowhere else', async () => {
    const organization = new Organization();

    const { outcomes } = await organization.launch(there);

    expect(organization.kills).toEqual({ [there]: [thereId] });
    expect(organization.askedFor).toEqual([{ ...source, ...at(there) }]);
    // The others are not of that place.
    expect(outcomes.filter(({ outcome }) => outcome === 'failed')).toHaveLength(2);
  });

  test("of the stack's own account in another region is a member's", async () => {
    const organization = new Organization();

    await organization.launch(ownElsewhere, listed(hereId));

    expect(organization.askedFor).toHaveLength(1);
    expect(organization.fleet(own).calls.describe).toBe(0);
  });

  test('that the event does not list is looked for in the member', async () => {
    const organization = new Organization();

    await organization.launch(here, unlisted());

    expect(organization.fleet(here).calls.find).toBeGreaterThan(0);
    expect(organization.fleet(own).calls.find).toBe(0);
  });

  test('that its event spares takes no call in the member', async () => {
    const organization = new Organization();

    await organization.launch(here, listed({ instanceId: hereId, launchTags: [name('web')] }));

    expect(organization.fleet(here).calls).toEqual({ describe: 0, find: 0, terminate: 0 });
  });

  test.each([
    ['account', { account: undefined }],
    ['region', { region: undefined }],
  ])(
    'that does not tell its %s is foreign where there are members, and nothing is asked',
    async (_, unknown) => {
      const organization = new Organization();
      const launch = { ...listed(ownId), source: { ...source, ...unknown } };

      const settlement = await organization.clock.run(enforceLaunch(launch, organization.enforcement));

      expect(settlement).toEqual({ kind: 'foreign', home, outcomes: [] });
      expect(organization.fleet(own).calls.describe).toBe(0);
    },
  );
});

describe('A batch of second looks', () => {
  test('looks at the instances of each account and region there', async () => {
    const organization = new Organization();

    const { looks } = await organization.starts([own, ownId], [here, hereId], [there, thereId]);

    expect(organization.kills).toEqual({ [own]: [ownId], [here]: [hereId], [there]: [thereId] });
    const settled = looks.map(({ source: { account, region }, settlement }) => [
      `${account} ${region}`,
      settlement.outcomes.length,
    ]);
    expect(settled).toEqual([
      [own, 1],
      [here, 1],
      [there, 1],
    ]);
  });

  test('takes one call to describe and one to terminate for each, however many messages tell of it', async () => {
    const organization = new Organization();

    await organization.starts([here, hereId], [here, hereId], [here, hereId]);

    expect(organization.fleet(here).calls).toEqual({ describe: 1, find: 0, terminate: 1 });
  });

  test('never lets one member hold up the others: it comes again, and the others are dead at once', async () => {
    const organization = new Organization({
      [broken]: { outages: [{ from: 0, until: Infinity, kind: 'stalls' }] },
    });
    const before = organization.clock.now();

    const { retries, looks } = await organization.starts([broken, brokenId], [here, hereId], [own, ownId]);

    const killedAfter = [here, own].map(
      (place) => (organization.fleet(place).kills[0]?.at ?? Infinity) - before,
    );
    expect(Math.max(...killedAfter)).toBeLessThan(1_000);
    expect(retries.map(({ messageId }) => messageId)).toEqual([broken]);
    expect(
      looks.flatMap(({ settlement }) => settlement.outcomes.map(({ outcome }) => outcome)).toSorted(),
    ).toEqual(['failed', 'terminated', 'terminated']);
  });
});
