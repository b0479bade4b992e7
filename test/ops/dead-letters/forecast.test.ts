import { expect, test } from 'vitest';
import { forecastOf, forecastText } from '../../../src/ops/dead-letters/forecast.ts';
import { deadLetter, gone, named, shown, stateOf } from '../../support/dead-letter.ts';
import { idOf } from '../../support/launches.ts';

const [one, two, elsewhere, unlisted] = [
  deadLetter({ id: 'one' }),
  deadLetter({ id: 'two' }),
  deadLetter({ id: 'elsewhere', account: '444455556666' }),
  deadLetter({ id: 'unlisted' }),
];
const unasked = { instanceId: idOf(9), kind: 'unknown', settled: false, detail: 'denied' } as const;
const states = new Map([
  ['one', stateOf(shown(idOf(1)), shown(idOf(2), named), shown(idOf(3), gone))],
  [
    'two',
    stateOf(
      shown(idOf(1)),
      shown(idOf(4), { verdict: 'postpone' }),
      { instanceId: idOf(5), kind: 'not-shown', settled: true },
      { instanceId: idOf(6), kind: 'not-shown', settled: false },
    ),
  ],
  ['elsewhere', stateOf({ instanceId: idOf(7), kind: 'elsewhere', settled: false, foreign: false })],
  ['unasked', stateOf(unasked)],
  ['mixed', stateOf(shown(idOf(1)), unasked)],
  ['member', stateOf(shown(idOf(8)))],
  ['unlisted', { instances: [], complete: false }],
]);

test('a redrive is foretold by what EC2 shows now, each instance once, and what cannot be foretold is counted', () => {
  const forecast = forecastOf([one, two, elsewhere, unlisted], states);

  expect(forecast).toEqual({ terminate: 1, spare: 1, postpone: 1, gone: 2, unknown: 1, lettersUntold: 2 });
  expect(forecastText(forecast, 'terminate')).toBe(
    'Would terminate 1 instance, spare 1, wait for the name of 1, find 2 gone, look for 1 that EC2 does not show, ' +
      'or that could not be looked at, by what EC2 shows now. What is still protected, EC2 refuses. Of 2 letters nothing can be said before.',
  );
});

test('the instances of a member count where they were looked at, and where they were not nothing is said', () => {
  const letters = [deadLetter({ id: 'member', account: '444455556666' }), elsewhere];

  expect(forecastOf(letters, states)).toMatchObject({ terminate: 1, unknown: 0, lettersUntold: 1 });
});

test('of a letter nothing can be said when EC2 could be asked for none of its instances, and of one of several, the rest counts', () => {
  const [none, some] = [deadLetter({ id: 'unasked' }), deadLetter({ id: 'mixed' })];

  expect(forecastOf([none], states)).toMatchObject({ terminate: 0, unknown: 0, lettersUntold: 1 });
  expect(forecastOf([some], states)).toMatchObject({ terminate: 1, unknown: 1, lettersUntold: 0 });
});

test('in mode name nothing would be terminated, and EC2 refuses nothing', () => {
  expect(forecastText(forecastOf([one], states), 'name')).toBe(
    'Would give a name to 1 instance, spare 1, find 1 gone, by what EC2 shows now.',
  );
});

test('in report mode nothing would be terminated', () => {
  expect(forecastText(forecastOf([one], states), 'report')).toMatch(/^Would report, and not terminate, 1 /);
});
