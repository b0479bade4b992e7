import { counted } from '../counted.ts';
import { instanceLines } from '../instance-now.ts';
import { launcherLabel } from '../report/launcher-label.ts';
import { chartOf, rankChart, sums, type Counted, type Parts } from '../report/rank-chart.ts';
import type { Report } from '../report/report.ts';
import { forTerminal } from '../text-for-people.ts';
import { isSettled, type CurrentState } from './current-state.ts';
import { sourceOf, type DeadLetter, type ForeignMessage } from './letter.ts';
import { causesText } from './print-letters.ts';

const parts: Parts = [
  { name: 'open', tone: 'alarm' },
  { name: 'settled by now', tone: 'calm' },
];

const HOUR = 3_600_000;

/** The queue keeps messages for 14 days. */
const ages = [
  { label: 'under an hour', below: HOUR },
  { label: '1 to 24 hours', below: 24 * HOUR },
  { label: '1 to 3 days', below: 72 * HOUR },
  { label: '3 to 7 days', below: 168 * HOUR },
  { label: 'over 7 days', below: Infinity },
] as const;

/**
 * What waits for a person, for who has to see that somebody comes: how much, since when, of whom, and why.
 *
 * @param others dead letters that were not selected
 * @param now epoch milliseconds
 */
export function lettersReport(
  letters: readonly DeadLetter[],
  states: ReadonlyMap<string, CurrentState>,
  foreign: readonly ForeignMessage[],
  others: number,
  now: number,
): Report {
  const stateOf = ({ messageId }: DeadLetter): CurrentState =>
    states.get(messageId) ?? { instances: [], complete: false };
  const settled = letters.filter((letter) => isSettled(stateOf(letter))).length;
  const count = (labelOf: (letter: DeadLetter) => string): Counted[] =>
    letters.map((letter) => ({
      label: labelOf(letter),
      counts: isSettled(stateOf(letter)) ? [0, 1] : [1, 0],
    }));
  const accounts = new Set(letters.map(accountOf));
  const byAge = Map.groupBy(
    count((letter) => ageOf(letter, now)),
    ({ label }) => label,
  );
  const bars = ages.map(({ label }) => ({ label, counts: sums(parts, byAge.get(label) ?? []) }));
  return {
    title: 'Dead letters of the EC2 name-tag enforcer',
    about:
      `${counted(letters.length, 'dead letter')}${others > 0 ? ` of ${letters.length + others}` : ''}: launches and starts ` +
      'that were not settled, so that nameless instances may run. SQS deletes each after 14 days.',
    warnings:
      foreign.length > 0
        ? [
            `The queue holds ${counted(foreign.length, 'message')} that this stack did not put there. They are in no plot.`,
          ]
        : [],
    figures: [
      { value: letters.length - settled, label: 'open', tone: 'alarm' },
      { value: settled, label: 'settled by now', tone: 'calm' },
      {
        value: letters.flatMap((letter) => stateOf(letter).instances).filter((one) => !one.settled).length,
        label: 'instances open',
        tone: 'alarm',
      },
    ],
    charts:
      letters.length === 0
        ? []
        : [
            rankChart('By cause', parts, count(causesText)),
            rankChart('By launcher', parts, count(launcherOf)),
            ...(accounts.size > 1 ? [rankChart('By account', parts, count(accountOf))] : []),
            chartOf('By age', 'rank', parts, bars),
          ],
    table: {
      title: 'Every dead letter',
      columns: ['Message', 'First failed', 'Cause', 'Launcher', 'Account', 'Region', 'Instances now'],
      rows: letters
        .toSorted((one, other) => (one.since ?? 0) - (other.since ?? 0))
        .map((letter) => rowOf(letter, stateOf(letter))),
      empty: 'There is none.',
    },
  };
}

function rowOf(letter: DeadLetter, state: CurrentState): string[] {
  const { messageId, since, contents } = letter;
  const { launcher, account, region } = 'source' in contents ? contents.source : {};
  return [
    messageId,
    since === undefined ? 'unknown' : new Date(since).toISOString().replace(/\.\d+Z$/, 'Z'),
    causesText(letter),
    launcher ?? 'unknown',
    account ?? 'unknown',
    region ?? 'unknown',
    [
      ...instanceLines(state.instances).map((line) => forTerminal(line, false)),
      ...(isSettled(state) ? ['settled by now'] : []),
    ].join('\n') || 'none known',
  ];
}

function launcherOf({ contents }: DeadLetter): string {
  return launcherLabel('source' in contents ? contents.source.launcher : undefined);
}

function accountOf(letter: DeadLetter): string {
  return sourceOf(letter)?.account ?? 'unknown';
}

function ageOf({ since }: DeadLetter, now: number): string {
  const age = now - (since ?? now);
  return ages.find(({ below }) => age < below)?.label ?? 'unknown';
}
