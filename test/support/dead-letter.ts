import { settledIn } from '../../src/enforcer/fleets.ts';
import type { InstanceNow } from '../../src/ops/instance-now.ts';
import type { CurrentState } from '../../src/ops/dead-letters/current-state.ts';
import type { DeadLetter } from '../../src/ops/dead-letters/letter.ts';
import { readLetter } from '../../src/ops/dead-letters/read-letter.ts';
import type { Output } from '../../src/ops/output.ts';
import type { Reach } from '../../src/ops/reach.ts';
import { failureRecord, owner, queueMessage } from './dead-letter-messages.ts';
import { launchedItem, launchEvent } from './launch-events.ts';

/** The stack's own account and region in these tests. */
export const home = { account: '111122223333', region: 'eu-west-1' } as const;

/**
 * Where a stack at `home` acts.
 *
 * @param fleetIn what the caller can look at there; nothing, if left out
 */
export function reachOf(kind: 'hub' | 'no hub', fleetIn: Reach['fleetIn'] = async () => undefined): Reach {
  return {
    settledIn: (source) => settledIn(source, home, kind === 'hub'),
    connectionTo: async () => undefined,
    fleetIn,
  };
}

/** What tells one dead letter from another. */
export interface LetterParts {
  readonly id?: string;
  readonly since?: number;
  readonly causes?: readonly string[];
  readonly launcher?: string;
  readonly account?: string;
  readonly region?: string;
  readonly instanceIds?: readonly string[];
  /** The body of the message, instead of one of these parts. */
  readonly body?: unknown;
}

/** A dead letter as the queue's message of a failed launch makes it, with other causes where they are given. */
export function deadLetter(parts: LetterParts = {}): DeadLetter {
  const { launcher = 'arn:aws:iam::111122223333:user/lena', instanceIds = ['i-0123456789abcdef0'] } = parts;
  const { account = home.account, region = home.region } = parts;
  const event = launchEvent({
    envelope: { account, region },
    detail: { userIdentity: { arn: launcher }, recipientAccountId: account, awsRegion: region },
    instances: instanceIds.map((id) => launchedItem(id)),
  });
  const letter = readLetter(queueMessage(parts.body ?? failureRecord(event)), owner);
  if (letter.kind === 'foreign') throw new Error(letter.because);
  const { id = letter.messageId, since = letter.since, causes = letter.causes } = parts;
  return { ...letter, messageId: id, since, sentAt: since, causes };
}

/** An instance that EC2 shows. */
export function shown(
  instanceId: string,
  parts: Partial<Extract<InstanceNow, { kind: 'shown' }>> = {},
): InstanceNow {
  return {
    instanceId,
    kind: 'shown',
    state: 'running',
    name: undefined,
    settled: false,
    verdict: 'terminate',
    ...parts,
  };
}

export const named = { name: 'web', settled: true, verdict: 'spare' } as const;
export const gone = { state: 'terminated', settled: true, verdict: 'gone' } as const;

/** A state of which all instances are known. */
export function stateOf(...instances: readonly InstanceNow[]): CurrentState {
  return { instances, complete: true };
}

/** Takes what a command prints: lines, and each row of a table as one line with its cells apart. */
export class PrintedOutput implements Output {
  readonly json: boolean = false;
  readonly lines: string[] = [];
  readonly notes: string[] = [];
  readonly documents: unknown[] = [];

  readonly line = (text = ''): void => void this.lines.push(...plain(text).split('\n'));
  readonly note = (text: string): void => void this.notes.push(plain(text));
  readonly document = (value: unknown): void => void this.documents.push(value);
  readonly command = (command: string, indent: number): void => this.line(' '.repeat(indent) + command);
  readonly programLines = (texts: readonly string[]): void => void this.lines.push(...texts);
  readonly table = (head: readonly string[], rows: readonly (readonly string[])[]): void => {
    for (const row of [head, ...rows])
      this.lines.push(row.map((cell) => plain(cell).replaceAll('\n', ' / ')).join(' | '));
  };
}

/** Without the marks of `style`. */
function plain(text: string): string {
  return text.replaceAll(/\u{e000}\w+\u{e001}|\u{e002}/gu, '');
}
