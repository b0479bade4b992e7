import { styleText } from 'node:util';
import type { DeadLetter } from './dead-letter.ts';
import type { Standing, Standings } from './standings.ts';
import { isSettled } from './standings.ts';

/** What is told of a dead letter in a table, each in one cell. */

/** `unsettled, protected`. */
export function causeCell({ causes }: DeadLetter): string {
  return causes.join(', ');
}

/** The launcher's short name under the account and region. */
export function launcherCell({ contents }: DeadLetter): string {
  switch (contents.kind) {
    case 'listed':
    case 'unlisted': {
      const { launcher, account, region } = contents.source;
      const parts = launcher?.split(/[:/]/) ?? ['unknown'];
      return [parts.slice(-2).join('/'), `${account ?? 'unknown'} ${region ?? 'unknown'}`].join('\n');
    }
    case 'ignored':
      return `no launch (${contents.reason})`;
    case 'invalid':
      return 'no event of an API call';
    case 'left-out':
      return 'unknown: Lambda left the event out';
  }
}

/** Instances that a cell lists before it counts the rest. */
const LISTED = 5;

/** One line an instance, the open ones first. */
export function instancesCell(standings: Standings): string {
  const { instances, complete } = standings;
  const sorted = instances.toSorted((one, other) => Number(one.settled) - Number(other.settled));
  const lines = sorted.slice(0, LISTED).map(describeStanding);
  const rest = sorted.slice(LISTED);
  const open = rest.filter(({ settled }) => !settled).length;
  if (rest.length > 0) lines.push(`and ${rest.length} more, ${open} of them open`);
  if (!complete && instances.length > 0) lines.push('and perhaps others: the event lists none');
  if (isSettled(standings)) lines.push(styleText('green', 'settled by now'));
  return lines.join('\n') || 'none known';
}

/** `i-0123456789abcdef0 running, no name`. */
export function describeStanding(standing: Standing): string {
  const { instanceId } = standing;
  switch (standing.kind) {
    case 'shown': {
      const name =
        standing.name === undefined ? 'no name' : standing.name === '' ? 'empty name' : `"${standing.name}"`;
      const text = `${instanceId} ${standing.state}, ${name}`;
      return standing.settled ? text : styleText('yellow', text);
    }
    case 'not-shown':
      return `${instanceId} ${standing.settled ? 'gone' : styleText('yellow', 'not shown by EC2')}`;
    case 'unknown':
      return `${instanceId} ${styleText('yellow', `unknown (${standing.detail})`)}`;
  }
}
