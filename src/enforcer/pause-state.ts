/** Key of the tag of the function for launches that says when and why it was paused. A stack's update leaves it alone. */
export const PAUSED_TAG = 'name-tag-enforcer:paused';

/** Whether a stack is paused, as AWS shows it. */
export interface PauseState {
  /** Whether the function for launches runs. With a reserved concurrency of 0, Lambda hands its events to OnFailure. */
  readonly launches: boolean;
  /** Whether messages are taken out of the second-look queue. */
  readonly secondLooks: boolean;
  /** When and why it was paused, as `2026-11-26T14:51:33.000Z alarm rang`; undefined when nobody says so. */
  readonly mark: string | undefined;
}

/** Whether there is nothing to resume. */
export function isRunning({ launches, secondLooks, mark }: PauseState): boolean {
  return launches && secondLooks && mark === undefined;
}
