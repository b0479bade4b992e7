import type { Enforcement } from '../../src/enforcer/enforcement.ts';
import type {
  LaunchedInstance,
  LaunchSource,
  ListedLaunch,
  UnlistedLaunch,
} from '../../src/enforcer/launch.ts';
import type { InMemoryFleet } from './in-memory-fleet.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The moment of every launch here, which is when a `VirtualClock` begins. */
export const launchedAt = Date.UTC(2026, 2, 1, 9);

export const source: LaunchSource = {
  eventId: '3d0f5f0a-5e6e-4c0c-8c2f-0b1d9e3a7c22',
  account: '111122223333',
  region: 'eu-central-1',
  launcher: 'arn:aws:iam::111122223333:user/ada',
  invokedBy: undefined,
  launchedWith: 'sdk',
  launchedAt,
  reservationId: 'r-0aaaaaaaaaaaaaaa1',
};

/** The id of the `number`th instance of a test. */
export function idOf(number: number): string {
  return `i-${number.toString(16).padStart(17, '0')}`;
}

/** The ids of the first so many instances of a test. */
export function idsUpTo(count: number): string[] {
  return Array.from({ length: count }, (_, index) => idOf(index + 1));
}

/** A launch of these instances; a plain id is one without launch tags. */
export function listed(...instances: (string | LaunchedInstance)[]): ListedLaunch {
  return {
    kind: 'listed',
    source,
    instances: instances.map((one) => (typeof one === 'string' ? { instanceId: one, launchTags: [] } : one)),
  };
}

/** A launch that the event does not list, of one instance or more, to be found by its reservation. */
export function unlisted(parts: Partial<UnlistedLaunch> = {}): UnlistedLaunch {
  return {
    kind: 'unlisted',
    source,
    launchTags: [],
    reference: { by: 'reservation-id', value: 'r-0aaaaaaaaaaaaaaa1' },
    count: { atLeast: 1, atMost: Infinity },
    ...parts,
  };
}

/** Half a minute to terminate what is nameless, with nothing exempt. */
export function enforcement(
  fleet: InMemoryFleet,
  clock: VirtualClock,
  parts: Partial<Enforcement> = {},
): Enforcement {
  return {
    fleet,
    clock,
    deadline: clock.now() + 30_000,
    mode: 'terminate',
    serviceLaunchMode: parts.mode ?? 'terminate',
    relaunchLimit: 3,
    exemptTagKeys: new Set(),
    ...parts,
  };
}

/** The instance's `Name` tag. */
export function name(value: string): { readonly key: string; readonly value: string } {
  return { key: 'Name', value };
}
