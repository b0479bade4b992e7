import { ForeignLaunchError, UnlistedLaunchError, UnsettledInstancesError } from './settlement-errors.ts';
import type { Incomplete } from './settlement-errors.ts';
import type { LaunchSource } from './launch.ts';
import { isTransient, isUnsettled } from './outcome.ts';
import type { Outcome, Unsettled } from './outcome.ts';
import type { Settlement } from './settlement.ts';

export type SettlementError = ForeignLaunchError | UnlistedLaunchError | UnsettledInstancesError;

/**
 * The error that tells of everything that a settlement leaves open; undefined when all is settled. With instances that
 * could not be found and others unsettled, the latter are the `cause`.
 */
export function settlementError(source: LaunchSource, settlement: Settlement): SettlementError | undefined {
  const unsettled = settlement.outcomes.some(isUnsettled)
    ? new UnsettledInstancesError(source, settlement.outcomes)
    : undefined;
  switch (settlement.kind) {
    case 'settled':
    case 'spared-whole':
      return unsettled;
    case 'foreign':
      return new ForeignLaunchError(source, settlement.home);
    case 'incomplete':
      return new UnlistedLaunchError(source, settlement.incomplete, {
        cause: unsettled,
        outcomes: settlement.outcomes,
      });
  }
}

/** What a settlement leaves open, by what may help. */
export interface LeftOpen {
  /** Only a person can help: the dead letter for it. */
  readonly permanent: SettlementError | undefined;
  /** Another try may succeed. */
  readonly transient: { readonly error: SettlementError; readonly retry: Retry } | undefined;
}

/** What to try again: some instances, or the whole launch, since not all of its instances are found. */
export type Retry =
  | { readonly kind: 'instances'; readonly unsettled: readonly Unsettled[] }
  | { readonly kind: 'whole' };

/** Divides what a settlement leaves open, so that each instance is either for a person or for another try. */
export function leftOpen(source: LaunchSource, settlement: Settlement): LeftOpen {
  const outcomes: readonly Outcome[] = settlement.outcomes;
  const unsettled = outcomes.filter(isUnsettled);
  const retried = unsettled.filter(({ reason }) => isTransient(reason));
  switch (settlement.kind) {
    case 'spared-whole':
      return { permanent: undefined, transient: undefined };
    case 'foreign':
      return { permanent: settlementError(source, settlement), transient: undefined };
    case 'incomplete': {
      const error = settlementError(source, settlement);
      // With instances unknown, no message could say which are left: the launch stays whole.
      const comesAgain = isFoundLater(settlement.incomplete.reason) || retried.length > 0;
      if (!comesAgain || error === undefined) return { permanent: error, transient: undefined };
      return { permanent: undefined, transient: { error, retry: { kind: 'whole' } } };
    }
    case 'settled': {
      const ofOthers = (left: readonly Unsettled[]): SettlementError | undefined =>
        left.length === 0
          ? undefined
          : new UnsettledInstancesError(source, [
              ...outcomes.filter((outcome) => !isUnsettled(outcome)),
              ...left,
            ]);
      const transient = ofOthers(retried);
      return {
        permanent: ofOthers(unsettled.filter(({ reason }) => !isTransient(reason))),
        transient: transient && { error: transient, retry: { kind: 'instances', unsettled: retried } },
      };
    }
  }
}

/** Whether another try may find the instances of a launch. */
export function isFoundLater(reason: Incomplete['reason']): boolean {
  switch (reason) {
    case 'not-found':
    case 'maybe-more':
    case 'unreadable':
      return true;
    case 'no-reference':
    case 'ambiguous':
      return false;
  }
}
