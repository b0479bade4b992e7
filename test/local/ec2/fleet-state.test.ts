import { describe, expect, test } from 'vitest';
import { FleetState } from '../../../src/local/ec2/fleet-state.ts';
import { idSource } from '../../../src/local/ec2/ids.ts';
import { defaultDurations } from '../../../src/local/ec2/instance.ts';

function fleetWithClock(): { fleet: FleetState; clock: { time: number } } {
  const clock = { time: 0 };
  const fleet = new FleetState({
    region: 'eu-central-1',
    ids: idSource('test'),
    durations: defaultDurations,
    clock: { now: () => clock.time },
  });
  return { fleet, clock };
}

describe('the state of a fleet', () => {
  test('takes instances with ids and tags of elsewhere as they are', () => {
    const { fleet } = fleetWithClock();

    fleet.add({
      reservationId: 'r-1',
      clientToken: 'token',
      instances: [{ instanceId: 'i-1', tags: [{ key: 'aws:autoscaling:groupName', value: 'web' }] }],
    });

    expect(fleet.find('i-1')).toMatchObject({
      reservationId: 'r-1',
      clientToken: 'token',
      availabilityZone: 'eu-central-1a',
    });
    expect([...fleet.ofReservation('r-1')]).toEqual([...fleet.ofClientToken('token')]);
  });

  test('forgets a terminated instance an hour after it went, in every index', () => {
    const { fleet, clock } = fleetWithClock();
    const { instances } = fleet.add({
      reservationId: 'r-1',
      clientToken: 'token',
      instances: [{ tags: [] }, { tags: [] }],
    });
    const [first, second] = instances;
    if (first !== undefined) fleet.ask(first, 'terminate');

    clock.time = defaultDurations.shuttingDown + defaultDurations.terminatedVisible - 1;
    const before = [...fleet.all()];
    clock.time++;

    expect(before).toEqual([first, second]);
    for (const left of [fleet.all(), fleet.ofReservation('r-1'), fleet.ofClientToken('token')]) {
      expect([...left]).toEqual([second]);
    }
    expect(fleet.terminations).toEqual([{ instanceId: first?.instanceId, at: 0 }]);
  });

  test('terminates an instance once, and never brings it back', () => {
    const { fleet, clock } = fleetWithClock();
    const [instance] = fleet.add({ instances: [{ tags: [] }] }).instances;
    if (instance === undefined) throw new Error('The fleet added no instance.');

    for (const asked of ['terminate', 'start', 'terminate'] as const) fleet.ask(instance, asked);
    clock.time = 60_000;

    expect(fleet.state(instance)).toBe('terminated');
    expect(fleet.terminations).toHaveLength(1);
  });
});
