import type { Clock } from './clock.ts';
import type { InstanceFleet } from './fleet.ts';
import type { MemberFleets } from './fleets.ts';
import type { Home, InstanceId } from './launch.ts';

/** What it takes to settle one launch. */
export interface Enforcement {
  readonly fleet: InstanceFleet;
  readonly clock: Clock;
  /** Epoch milliseconds by which every call and wait has ended. */
  readonly deadline: number;
  /** How often EC2 is asked about what it does not show yet; without it, until the deadline. */
  readonly maxRounds?: number | undefined;
  readonly mode: Mode;
  /** What is done about what a group launched, which it would only launch again. */
  readonly serviceLaunchMode: Mode;
  /** From so many ended nameless instances of a group on, its next one is not terminated; 1 or more. */
  readonly relaunchLimit: number;
  /** Milliseconds from its launch that a nameless instance has to get its name; none by default. */
  readonly grace?: number;
  /** Where `fleet` is; undefined when nobody knows: then each launch is taken for one of its own. */
  readonly home?: Home | undefined;
  /** The fleets of an organization's members; without it, what is not of `home` is foreign. */
  readonly members?: MemberFleets | undefined;
  /** A tag with one of these keys, with any value, exempts its instance. */
  readonly exemptTagKeys: ReadonlySet<string>;
  /**
   * Instances that were protected at an earlier try, with what EC2 said of it: they are asked for last, so that a short
   * time goes to the others. Those met are added. Without it, nothing is remembered from try to try.
   */
  readonly knownProtected?: Map<InstanceId, string>;
}

/**
 * What becomes of a nameless instance: it is terminated, it is given a name, or neither, and it is told what would have
 * been.
 */
export const modes = ['terminate', 'name', 'report'] as const;
export type Mode = (typeof modes)[number];
