import { enforceLaunch } from '../../src/enforcer/enforce-launch.ts';
import type { Enforcement } from '../../src/enforcer/enforcement.ts';
import type { Launch } from '../../src/enforcer/launch.ts';
import type { Settlement } from '../../src/enforcer/settlement.ts';
import { InMemoryFleet } from './in-memory-fleet.ts';
import type { FleetOptions } from './in-memory-fleet.ts';
import type { NewInstance } from './in-memory-instance.ts';
import { enforcement, launchedAt } from './launches.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What a launch came to, and what it took. */
export interface Settled {
  readonly settlement: Settlement;
  /** `outcome reason` by instance, or with `detail` when there is one: `failed denied (UnauthorizedOperation)`. */
  readonly fates: Readonly<Record<string, string>>;
  /** Ids of the instances that were terminated, in the order of their ids. */
  readonly killed: readonly string[];
  /** The names that were given, by instance. */
  readonly namings: Readonly<Record<string, string>>;
  readonly calls: InMemoryFleet['calls'];
  /** Milliseconds. */
  readonly took: number;
}

/** The state of EC2, and how much time there is. */
export interface Ec2State extends Partial<Omit<FleetOptions, 'clock' | 'instances'>> {
  /** Milliseconds from the launch to its event; 0 unless said. */
  readonly delay?: number;
  /** Milliseconds that there are; half a minute unless said. */
  readonly time?: number;
  readonly mode?: Enforcement['mode'];
  readonly serviceLaunchMode?: Enforcement['serviceLaunchMode'];
  readonly exempt?: readonly string[];
  readonly home?: Enforcement['home'];
  readonly maxRounds?: number;
}

/** Settles the launch where EC2 has these instances, in virtual time. */
export async function settle(
  launch: Launch,
  instances: readonly NewInstance[],
  {
    delay = 0,
    time = 30_000,
    mode = 'terminate',
    serviceLaunchMode = mode,
    exempt = [],
    home,
    maxRounds,
    ...options
  }: Ec2State = {},
): Promise<Settled> {
  const clock = new VirtualClock({ now: launchedAt + delay });
  const fleet = new InMemoryFleet({ clock, instances, ...options });
  const deadline = clock.now() + time;
  const exemptTagKeys = new Set(exempt);
  const settlement = await clock.run(
    enforceLaunch(
      launch,
      enforcement(fleet, clock, {
        deadline,
        mode,
        serviceLaunchMode,
        exemptTagKeys,
        home,
        ...(maxRounds !== undefined && { maxRounds }),
      }),
    ),
  );
  return {
    settlement,
    fates: Object.fromEntries(
      settlement.outcomes.map((outcome) => {
        const detail = 'detail' in outcome ? ` (${outcome.detail})` : '';
        return [outcome.instanceId, `${outcome.outcome} ${outcome.reason}${detail}`];
      }),
    ),
    killed: fleet.kills.map(({ instanceId }) => instanceId).toSorted(),
    namings: Object.fromEntries(fleet.namings.map(({ instanceId, name }) => [instanceId, name])),
    calls: fleet.calls,
    took: clock.now() - launchedAt - delay,
  };
}
