/**
 * What a person can do about a dead letter. `dead-letters show` and docs/runbook.md both tell it from here, the one with
 * the ids filled in.
 */
export interface Guide {
  /** What happened, and what to do. */
  readonly advice: string;
  /**
   * Commands of a shell, in order. What stands in capital letters is one of `placeholders`, but `NAME` and `TEXT`, which
   * the person alone knows.
   */
  readonly commands: readonly string[];
  /** Whether the groups that the letter names are told of, each with how to name what it launches. */
  readonly tellsGroups?: true;
  /** What to do with the message when that is done. */
  readonly end: 'redrive' | 'discard';
}

/**
 * - `INSTANCES`: the open instances; `INSTANCE`: each of them by itself
 * - `REGION`, `RESERVATION`, `EVENT`: of the launch, the last as CloudTrail's event history knows it
 * - `MESSAGE`: the beginning of the message's id
 * - `ROLE_ARN`: of what acts on the instances: the function's role, or that of a member
 * - `LOG_GROUP`: of the stack
 * - `OPS`: how this tool is called
 */
export const placeholders = [
  'INSTANCES',
  'INSTANCE',
  'REGION',
  'RESERVATION',
  'EVENT',
  'MESSAGE',
  'ROLE_ARN',
  'LOG_GROUP',
  'OPS',
] as const;

/** What ends the work on a message; each shows first what it would do, without `--yes`. */
export const endings: Readonly<Record<Guide['end'], string>> = {
  redrive: 'OPS dead-letters redrive --message MESSAGE --yes',
  discard: "OPS dead-letters discard --message MESSAGE --reason 'TEXT' --yes",
};
