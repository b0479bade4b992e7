import { ForeignLaunchError, UnlistedLaunchError, UnsettledInstancesError } from './errors.ts';
import type { Incomplete } from './errors.ts';
import type { Home, Launch } from './launch.ts';
import { isUnsettled } from './outcome.ts';
import type { Outcome, SparedReason } from './outcome.ts';

/** What came of one launch: one outcome for each instance that is known. */
export type Settlement =
  /** All instances of the launch are known. */
  | { readonly kind: 'settled'; readonly outcomes: readonly Outcome[] }
  /** The event lists no instances, and need not: a launch tag of the request spares every one. */
  | { readonly kind: 'spared-whole'; readonly reason: SparedReason; readonly outcomes: readonly [] }
  /** The launch is of another account or region, so nothing was looked at. */
  | { readonly kind: 'foreign'; readonly home: Home; readonly outcomes: readonly [] }
  /** The launch has instances that could not be found. */
  | { readonly kind: 'incomplete'; readonly incomplete: Incomplete; readonly outcomes: readonly Outcome[] };

/**
 * The error to throw for a settlement that leaves something open, so that the event comes again and in the end lies
 * in the dead-letter queue; undefined when all is settled. With instances incomplete and others unsettled, the latter
 * are the `cause`.
 */
export function settlementError(
  launch: Launch,
  settlement: Settlement,
): ForeignLaunchError | UnlistedLaunchError | UnsettledInstancesError | undefined {
  const unsettled = settlement.outcomes.some(isUnsettled)
    ? new UnsettledInstancesError(launch.source, settlement.outcomes)
    : undefined;
  switch (settlement.kind) {
    case 'settled':
    case 'spared-whole':
      return unsettled;
    case 'foreign':
      return new ForeignLaunchError(launch.source, settlement.home);
    case 'incomplete':
      return new UnlistedLaunchError(launch, settlement.incomplete, unsettled && { cause: unsettled });
  }
}
