import { expect, test } from 'vitest';
import { enforceLaunch } from '../../src/enforcer/enforce-launch.ts';
import { InMemoryFleet } from '../support/in-memory-fleet.ts';
import { enforcement, idOf, launchedAt, listed } from '../support/launches.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const tags = [{ key: 'aws:autoscaling:groupName', value: 'web' }];

/** A day of a group of three that nobody names. A minute after one of it is terminated it launches another. */
async function dayOf(relaunchLimit: number) {
  const clock = new VirtualClock({ now: launchedAt });
  const running: Promise<void>[] = [];
  let launched = 0;
  const fleet = new InMemoryFleet({
    clock,
    instances: [],
    onKill: () => {
      running.push(launch(minute));
    },
  });
  async function launch(after: number): Promise<void> {
    await clock.sleep(after);
    if (clock.now() > launchedAt + day) return;
    const instanceId = idOf(++launched);
    fleet.add({ instanceId, reservationId: `r-${launched}`, tags });
    await enforceLaunch(listed(instanceId), enforcement(fleet, clock, { relaunchLimit }));
  }
  const all = async (): Promise<void> => {
    running.push(launch(0), launch(1_000), launch(2_000));
    for (const one of running) await one;
  };
  await clock.run(all());
  const mostInAnHour = Math.max(
    ...fleet.kills.map(({ at }) => fleet.kills.filter((kill) => kill.at > at - hour && kill.at <= at).length),
  );
  return { kills: fleet.kills.length, mostInAnHour, calls: fleet.calls };
}

test('A looping group of three loses at most three an hour, and without the limit thousands', async () => {
  const limited = await dayOf(3);
  const unlimited = await dayOf(Infinity);

  expect(limited.mostInAnHour).toBeLessThanOrEqual(3);
  expect(limited.kills).toBe(3);
  expect(unlimited.kills).toBeGreaterThan(1_000);
  // One call more for each kill, and one for each instance that is left alone.
  expect(limited.calls.findDown).toBe(limited.kills + 3);
  process.stdout.write(
    `a looping group of 3, a day: ${limited.kills} kills with RelaunchLimit 3, ${unlimited.kills} without\n`,
  );
});
