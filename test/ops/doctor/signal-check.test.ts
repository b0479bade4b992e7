import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { expectsTrail, judgeSignals, signalChecks } from '../../../src/ops/doctor/signal-check.ts';
import { withoutTrail } from '../../../src/ops/doctor/trail-check.ts';
import { mockClient } from '../../support/mock-client.ts';
import { hubOutputs, hubParameters, secondLookOutputs, stackWith } from '../../support/ops-stack.ts';

const lately = Date.now() - 60_000;

describe('the two signals are fine', () => {
  test.each([
    ['when both arrive', { launches: lately, starts: lately }, true],
    [
      'when starts arrive alone and the stack expects no more',
      { launches: undefined, starts: lately },
      false,
    ],
  ])('%s', (_, seen, trailExpected) => {
    expect(judgeSignals(seen, trailExpected)).toMatchObject({ status: 'ok' });
  });
});

describe('the two signals warn', () => {
  test.each([
    ['when none arrives', { launches: undefined, starts: undefined }, true, 'rules'],
    ['when starts do not arrive', { launches: lately, starts: undefined }, true, 'rule for starts'],
    ['when launch events do not arrive', { launches: undefined, starts: lately }, true, 'HasTrail=false'],
    ['when launch events arrive unexpected', { launches: lately, starts: lately }, false, 'HasTrail=true'],
  ])('%s, and say what to do', (_, seen, trailExpected, words) => {
    const { status, fix } = judgeSignals(seen, trailExpected);

    expect(status).toBe('warn');
    expect(fix).toContain(words);
  });
});

test.each([
  [{}, true],
  [{ HasTrail: 'true', CreateTrail: 'false' }, true],
  [{ HasTrail: 'false', CreateTrail: 'true' }, true],
  [{ HasTrail: 'false', CreateTrail: 'false' }, false],
])('a stack with the parameters %j expects launch events: %s', (parameters, expected) => {
  expect(expectsTrail(stackWith({}, parameters))).toBe(expected);
});

test('a trail that is missing on purpose is no fault', () => {
  expect(withoutTrail({ status: 'fail', found: 'None logs' })).toMatchObject({ status: 'ok' });
});

const ofMembers = (RuleName: string) => [
  { Name: 'EventBusName', Value: 'name-tag-enforcer' },
  { Name: 'RuleName', Value: RuleName },
];
const look = async (outputs: object, parameters = {}) =>
  signalChecks({ region: 'eu-west-1' }, stackWith(outputs, parameters))[0]?.look();

test('at a hub, signals of members alone are signals', async () => {
  const cloudWatch = mockClient(CloudWatchClient);
  cloudWatch.on(GetMetricStatisticsCommand).resolves({});
  for (const rule of ['enforcer-MemberLaunchRule-1', 'enforcer-MemberStartRule-1']) {
    cloudWatch
      .on(GetMetricStatisticsCommand, { Dimensions: ofMembers(rule) })
      .resolves({ Datapoints: [{ Timestamp: new Date(lately), Sum: 1 }] });
  }
  expect(await look({ ...secondLookOutputs, ...hubOutputs }, hubParameters)).toMatchObject({ status: 'ok' });
  expect(await look(secondLookOutputs)).toMatchObject({ status: 'warn' });
});
