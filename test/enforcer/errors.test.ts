import { describe, expect, test } from 'vitest';
import { InvalidEventError } from '../../src/enforcer/errors.ts';
import {
  ForeignLaunchError,
  UnlistedLaunchError,
  UnsettledInstancesError,
} from '../../src/enforcer/settlement-errors.ts';
import type { Outcome } from '../../src/enforcer/outcome.ts';
import { idOf, idsUpTo, source } from '../support/launches.ts';

const cause = new Error('the cause');
const unknownSource = {
  eventId: undefined,
  account: undefined,
  region: undefined,
  launcher: undefined,
  invokedBy: undefined,
  launchedWith: 'unknown' as const,
  launchedAt: undefined,
  reservationId: undefined,
};

function lastLine({ message }: Error): unknown {
  return JSON.parse(message.split('\n').at(-1) ?? '');
}

describe('InvalidEventError', () => {
  test('says where, what was expected, what was found, and what to do', () => {
    const error = new InvalidEventError({ path: 'detail.eventName', expected: 'string', received: '5' });

    expect(error.message).toBe(
      'Expected `detail.eventName` to be string, got 5. Send it as AWS delivers it; nothing was terminated.\n' +
        '{"error":"InvalidEventError"}',
    );
    expect(error).toMatchObject({ name: 'InvalidEventError', path: 'detail.eventName' });
  });

  test('shortens what was found to 120 characters', () => {
    const [fits, tooLong] = [120, 121].map((length) => {
      return new InvalidEventError({ path: 'source', expected: 'string', received: 'x'.repeat(length) });
    });

    expect(fits?.message).toContain(`got ${'x'.repeat(120)}. Send`);
    expect(tooLong?.message).toContain(`got ${'x'.repeat(120)}.... Send`);
  });

  test('keeps its cause', () => {
    const found = { path: 'source', expected: 'string', received: '5' };

    expect(new InvalidEventError(found, { cause }).cause).toBe(cause);
  });
});

describe('ForeignLaunchError', () => {
  const home = { account: '999988887777', region: 'eu-west-1' } as const;

  test('says where the stack is, where the launch was, whose it was, and what to do', () => {
    const error = new ForeignLaunchError(source, home);

    expect(error.name).toBe('ForeignLaunchError');
    expect(error.message).toBe(
      'Expected a launch in 999988887777 eu-west-1, where this stack is, got one in 111122223333 eu-central-1. ' +
        'EC2 was not asked. Launched by arn:aws:iam::111122223333:user/ada in 111122223333 eu-central-1, ' +
        'reservation r-0aaaaaaaaaaaaaaa1, event 3d0f5f0a-5e6e-4c0c-8c2f-0b1d9e3a7c22. ' +
        'Deploy the stack there, or correct the rule that sent the event here.\n{"error":"ForeignLaunchError"}',
    );
  });

  test('calls unknown what the event does not tell, and keeps its cause', () => {
    const error = new ForeignLaunchError(unknownSource, home, { cause });

    expect(error.message).toContain('got one in unknown unknown. ');
    expect(error.cause).toBe(cause);
  });
});

describe('UnlistedLaunchError', () => {
  test('says how many were expected, how many were found, what stood in the way, and whose launch it was', () => {
    const error = new UnlistedLaunchError(source, { reason: 'not-found', expected: 3, found: 2 });

    expect(error.name).toBe('UnlistedLaunchError');
    expect(error.message).toBe(
      'Expected to find every instance, at least 3, of a launch that the event does not list, found 2: not-found. ' +
        'Launched by arn:aws:iam::111122223333:user/ada in 111122223333 eu-central-1, ' +
        'reservation r-0aaaaaaaaaaaaaaa1, event 3d0f5f0a-5e6e-4c0c-8c2f-0b1d9e3a7c22. ' +
        'Look in CloudTrail for what this event launched, and see that each instance has a Name tag.\n' +
        '{"error":"UnlistedLaunchError","incomplete":"not-found"}',
    );
  });

  test('gives the words of EC2, where there are any', () => {
    const incomplete = {
      reason: 'unreadable',
      expected: 1,
      found: 0,
      detail: 'RequestLimitExceeded: slow down',
    } as const;

    const error = new UnlistedLaunchError(source, incomplete);

    expect(error.message).toContain('found 0: unreadable (RequestLimitExceeded: slow down). ');
  });

  test('keeps its cause and tells of it: a dead-letter message shows no more than the message', () => {
    const unsettled = new UnsettledInstancesError(source, [
      { instanceId: idOf(1), outcome: 'failed', reason: 'protected' },
    ]);

    const error = new UnlistedLaunchError(
      source,
      { reason: 'not-found', expected: 2, found: 1 },
      { cause: unsettled },
    );

    expect(error.cause).toBe(unsettled);
    expect(error.message).toContain(`has a Name tag.\n${unsettled.text}\n{`);
    expect(lastLine(error)).toEqual({
      error: 'UnlistedLaunchError',
      incomplete: 'not-found',
      unsettled: { protected: [idOf(1)] },
    });
  });

  test('names what was terminated, and the groups that launch again, with its cause and without', () => {
    const incomplete = { reason: 'not-found', expected: 3, found: 2 } as const;
    const group = { kind: 'auto-scaling-group', name: 'web' } as const;
    const terminated: Outcome = { instanceId: idOf(1), outcome: 'terminated', reason: 'no-name-tag' };
    const outcomes: Outcome[] = [
      terminated,
      { instanceId: idOf(2), outcome: 'failed', reason: 'relaunched', group },
    ];

    const alone = new UnlistedLaunchError(source, incomplete, { outcomes: [terminated] });
    const both = new UnlistedLaunchError(source, incomplete, {
      outcomes,
      cause: new UnsettledInstancesError(source, outcomes),
    });

    expect(lastLine(alone)).toMatchObject({ incomplete: 'not-found', terminated: [idOf(1)] });
    expect(lastLine(both)).toMatchObject({
      unsettled: { relaunched: [idOf(2)] },
      terminated: [idOf(1)],
      groups: [group],
    });
  });
});

describe('UnsettledInstancesError', () => {
  const outcomes: Outcome[] = [
    { instanceId: idOf(1), outcome: 'spared', reason: 'named' },
    { instanceId: idOf(2), outcome: 'terminated', reason: 'no-name-tag' },
    { instanceId: idOf(3), outcome: 'terminated', reason: 'empty-name-tag' },
    { instanceId: idOf(4), outcome: 'would-terminate', reason: 'no-name-tag' },
    { instanceId: idOf(5), outcome: 'already-gone', reason: 'terminated' },
    { instanceId: idOf(6), outcome: 'deferred', reason: 'out-of-time' },
    { instanceId: idOf(7), outcome: 'failed', reason: 'protected', detail: 'OperationNotPermitted: no' },
    { instanceId: idOf(8), outcome: 'failed', reason: 'not-visible' },
    { instanceId: idOf(9), outcome: 'failed', reason: 'not-visible' },
  ];

  test('gives the counts first, then each open instance with its reason, then whose launch it was, then advice', () => {
    const error = new UnsettledInstancesError(source, outcomes);

    expect(error.name).toBe('UnsettledInstancesError');
    expect(error.message.split('\n')).toEqual([
      'Expected every instance of the launch to be settled, got 4 of 9 open ' +
        '(1 spared, 2 terminated, 1 would-terminate, 1 already-gone, 1 deferred, 3 failed).',
      `${idOf(6)} deferred: out-of-time`,
      `${idOf(7)} failed: protected (OperationNotPermitted: no)`,
      `${idOf(8)} failed: not-visible`,
      `${idOf(9)} failed: not-visible`,
      'Launched by arn:aws:iam::111122223333:user/ada in 111122223333 eu-central-1, ' +
        'reservation r-0aaaaaaaaaaaaaaa1, event 3d0f5f0a-5e6e-4c0c-8c2f-0b1d9e3a7c22.',
      expect.stringMatching(/^out-of-time: the function ran out of time; raise its Timeout/),
      expect.stringMatching(/^protected: termination protection is on and was left on;/),
      expect.stringMatching(/^not-visible: EC2 does not show it to this account and region;/),
      expect.any(String),
    ]);
    expect(lastLine(error)).toEqual({
      error: 'UnsettledInstancesError',
      unsettled: { 'out-of-time': [idOf(6)], protected: [idOf(7)], 'not-visible': [idOf(8), idOf(9)] },
      terminated: [idOf(2), idOf(3)],
    });
  });

  test('holds the open instances alone, for programs', () => {
    const error = new UnsettledInstancesError(source, outcomes);

    expect(error.unsettled.map(({ instanceId }) => instanceId)).toEqual([6, 7, 8, 9].map(idOf));
  });

  test('leaves out what did not happen, and calls unknown what the event does not tell', () => {
    const error = new UnsettledInstancesError(unknownSource, [
      { instanceId: idOf(1), outcome: 'failed', reason: 'unreadable' },
    ]);

    expect(error.message).toContain('got 1 of 1 open (1 failed).\n');
    expect(error.message).toContain(
      'Launched by unknown in unknown unknown, reservation unknown, event unknown.',
    );
  });

  test.each([
    ['unreadable', 'its tags could not be read'],
    ['denied', 'a tag that differs from Name in case alone'],
    ['refused', 'ask the service that manages it'],
    ['not-terminated', 'the call to terminate it failed'],
  ] as const)('advises on %s', (reason, advice) => {
    const error = new UnsettledInstancesError(source, [{ instanceId: idOf(1), outcome: 'failed', reason }]);

    expect(error.message.split('\n').at(-2)).toMatch(new RegExp(`^${reason}: .*${advice}`));
  });

  test('of 1,000 instances names each once, and fits into a dead-letter message beside the event', () => {
    const ids = idsUpTo(1000);

    const error = new UnsettledInstancesError(
      source,
      ids.map((instanceId, index) =>
        index === 0
          ? { instanceId, outcome: 'failed', reason: 'protected' }
          : { instanceId, outcome: 'terminated', reason: 'no-name-tag' },
      ),
    );

    expect(lastLine(error)).toMatchObject({
      unsettled: { protected: ids.slice(0, 1) },
      terminated: ids.slice(1),
    });
    expect(error.message.length).toBeLessThan(32 * 1024);
  });

  test('of 1,000 open instances names every one, and fits into a dead-letter message beside the event', () => {
    const detail = `UnauthorizedOperation: ${'x'.repeat(277)}`;
    const ids = idsUpTo(1000);

    const error = new UnsettledInstancesError(
      source,
      ids.map((instanceId) => ({ instanceId, outcome: 'failed', reason: 'not-terminated', detail })),
    );

    const { message } = error;
    expect(lastLine(error)).toMatchObject({ unsettled: { 'not-terminated': ids } });
    expect(message).toContain('\nand 950 more, which the last line names.\n');
    expect(message).toContain(`${idOf(20)} failed: not-terminated (${detail})`);
    expect(message.length).toBeLessThan(64 * 1024);
  });

  test('keeps its cause', () => {
    expect(new UnsettledInstancesError(source, outcomes, { cause }).cause).toBe(cause);
  });
});
