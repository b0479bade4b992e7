import { describe, expect, test } from 'vitest';
import { fail, ok } from '../../../../src/ops/doctor/check.ts';
import { judgeEvents, type EventsKnown } from '../../../../src/ops/doctor/organization/judge-events.ts';
import { judgeRules } from '../../../../src/ops/doctor/organization/member-rules.ts';

const anHourAgo = Date.now() - 3_600_000;
const nothing: EventsKnown = { isHub: false, deployment: undefined, rules: undefined, lastEvent: undefined };
const current = { status: 'CURRENT', reason: undefined };
const outdated = { status: 'OUTDATED', reason: 'the region is off' };

const fixOf = (status: string) => judgeEvents({ ...nothing, deployment: { status, reason: undefined } }).fix;

describe('The events of a member', () => {
  test.each<[string, Partial<EventsKnown>, string, RegExp]>([
    ["are the hub's own where the hub is", { isHub: true, deployment: outdated }, 'ok', /hub's own/],
    ['reach it when one came', { lastEvent: anHourAgo }, 'ok', /^The last came 1 h/],
    [
      'are no fault when none came, and the stack is CURRENT',
      { deployment: current },
      'ok',
      /CURRENT; nothing in 14 days/,
    ],
    [
      'are no fault when none came, and the rules send them',
      { rules: ok('They send') },
      'ok',
      /^They send; nothing/,
    ],
    [
      'do not reach it now, though one came, when a rule is off',
      { rules: fail('Off', 'On'), lastEvent: anHourAgo },
      'fail',
      /^Off$/,
    ],
    [
      'are in doubt when its stack is not CURRENT, with the reason',
      { deployment: outdated, lastEvent: anHourAgo },
      'fail',
      /OUTDATED: the region is off/,
    ],
    ['cannot be told where nothing is known', {}, 'unknown', /Nothing in 14 days/],
    [
      'cannot be told where the rules were refused',
      { deployment: current, rules: { status: 'unknown', found: 'Denied' } },
      'unknown',
      /^Denied$/,
    ],
    [
      'are shown by one that came, where the rules were refused and the stack is CURRENT',
      { deployment: current, rules: { status: 'unknown', found: 'Denied' }, lastEvent: anHourAgo },
      'ok',
      /came/,
    ],
    [
      'cannot be told by one that came, where the rules were refused and no stack set tells of it',
      { rules: { status: 'unknown', found: 'Denied' }, lastEvent: anHourAgo },
      'unknown',
      /^Denied$/,
    ],
    [
      'are not said to be none where the log could not be asked',
      { deployment: current, lastEvent: 'unknown' },
      'ok',
      /log could not be asked/,
    ],
  ])('%s', (_, known, status, found) => {
    const result = judgeEvents({ ...nothing, ...known });

    expect(result.status).toBe(status);
    expect(result.found).toMatch(found);
    expect(result.fix !== undefined).toBe(status === 'fail' || Object.keys(known).length === 0);
  });

  test('of a stack that is INOPERABLE need another fix than of one that is OUTDATED', () => {
    expect(fixOf('INOPERABLE')).toContain('by hand');
    expect(fixOf('OUTDATED')).not.toBe(fixOf('INOPERABLE'));
  });
});

describe('The rules of a member', () => {
  const launches = { name: 'launches', state: 'ENABLED', matches: [true, false] };
  const starts = { name: 'starts', state: 'ENABLED', matches: [false, true] };

  test.each([
    ['are there and enabled', [launches, starts], 'ok', /send launches and starts/],
    ['may be one for both', [{ ...launches, matches: [true, true] }], 'ok', /send launches and starts/],
    ['are none', [], 'fail', /^No rule sends to the hub/],
    ['lack the one for starts', [launches], 'fail', /^No rule sends starts/],
    [
      'match no launch',
      [{ ...launches, matches: [false, false] }, starts],
      'fail',
      /^No rule sends launches/,
    ],
    [
      'are disabled',
      [
        { ...launches, state: 'DISABLED' },
        { ...starts, state: 'DISABLED' },
      ],
      'fail',
      /^The rule for launches is DISABLED; The rule for starts is DISABLED$/,
    ],
    [
      'are fine when one of two is disabled',
      [{ ...launches, state: 'DISABLED' }, launches, starts],
      'ok',
      /send/,
    ],
  ])('%s', (_, rules, status, found) => {
    const result = judgeRules(rules);

    expect(result.status).toBe(status);
    expect(result.found).toMatch(found);
  });
});
