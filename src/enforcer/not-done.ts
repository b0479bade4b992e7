import type { FailedReason } from './outcome.ts';

/** Why a call did not do what it was to do to an instance, as far as anybody knows. */
export type NotDone =
  | { readonly kind: 'failed'; readonly reason: FailedReason; readonly detail: string }
  /** The call failed on its way; whether EC2 did it is not known. */
  | { readonly kind: 'unanswered'; readonly detail: string }
  | { readonly kind: 'denied'; readonly detail: string }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'out-of-time' };
