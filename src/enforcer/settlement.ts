import type { Incomplete } from './settlement-errors.ts';
import type { Home } from './launch.ts';
import { isPostponed, isUnsettled } from './outcome.ts';
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

/** Whether nothing is left to do about the launch, now or later. */
export function isFinished({ kind, outcomes }: Settlement): boolean {
  switch (kind) {
    case 'foreign':
    case 'incomplete':
      return false;
    case 'settled':
    case 'spared-whole':
      return !outcomes.some((outcome) => isUnsettled(outcome) || isPostponed(outcome));
  }
}
