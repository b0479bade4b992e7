import { describe, expect, test } from 'vitest';
import { InvalidEventError } from '../../../src/enforcer/errors.ts';
import {
  ForeignLaunchError,
  UnlistedLaunchError,
  UnsettledInstancesError,
} from '../../../src/enforcer/settlement-errors.ts';
import type { Launch } from '../../../src/enforcer/launch.ts';
import type { Outcome } from '../../../src/enforcer/outcome.ts';
import { readLaunch } from '../../../src/enforcer/read-launch.ts';
import { causesOf } from '../../../src/ops/dead-letters/causes.ts';
import type { Contents, Origin } from '../../../src/ops/dead-letters/letter.ts';
import { launchEvent } from '../../support/launch-events.ts';

const launch = read(launchEvent());
const unlisted = read(launchEvent({ instances: [] }));
const { source } = launch;

function read(event: unknown): Launch {
  const found = readLaunch(event);
  if (found.kind === 'ignored') throw new Error(`Expected a launch, found one to ignore: ${found.reason}.`);
  return found;
}

/** As Lambda records it, with a type of its own as some runtimes give. */
function recordOf(error: Error): Origin {
  return {
    from: 'function',
    condition: 'RetriesExhausted',
    invokeCount: 3,
    errorType: 'Runtime.HandlerError',
    errorMessage: error.message,
  };
}

const id = (digit: number): string => `i-0123456789abcdef${digit}`;

describe("the function's own errors are known by the line for programs, whatever the text before it", () => {
  test('every reason of unsettled instances, each once', () => {
    const outcomes: Outcome[] = [
      { instanceId: id(0), outcome: 'terminated', reason: 'no-name-tag' },
      { instanceId: id(1), outcome: 'failed', reason: 'protected', detail: 'OperationNotPermitted: no' },
      { instanceId: id(2), outcome: 'failed', reason: 'protected' },
      { instanceId: id(3), outcome: 'failed', reason: 'not-visible' },
      { instanceId: id(4), outcome: 'deferred', reason: 'out-of-time' },
    ];

    expect(causesOf(recordOf(new UnsettledInstancesError(source, outcomes)), launch)).toEqual([
      'unsettled',
      'protected',
      'not-visible',
      'out-of-time',
    ]);
  });

  test('a launch that could not be found', () => {
    const error = new UnlistedLaunchError(source, { reason: 'no-reference', expected: 1, found: 0 });

    expect(causesOf(recordOf(error), unlisted)).toEqual(['unlisted']);
  });

  test('a launch of which some could not be found and others are unsettled', () => {
    const cause = new UnsettledInstancesError(source, [
      { instanceId: id(1), outcome: 'failed', reason: 'protected' },
    ]);
    const error = new UnlistedLaunchError(source, { reason: 'not-found', expected: 2, found: 1 }, { cause });

    expect(causesOf(recordOf(error), unlisted)).toEqual(['unlisted', 'unsettled', 'protected']);
  });

  test('a launch of another account or region', () => {
    const error = new ForeignLaunchError(source, { account: '999988887777', region: 'eu-west-1' });

    expect(causesOf(recordOf(error), launch)).toEqual(['foreign-launch']);
  });

  test('an event that is none', () => {
    const error = new InvalidEventError({ path: 'event', expected: 'Object', received: '7' });
    const contents: Contents = { kind: 'invalid', problem: error.message };

    expect(causesOf(recordOf(error), contents)).toEqual(['invalid-event']);
  });
});

test.each([
  ['a time-out', 'Sandbox.Timedout', 'RequestId: 1 Error: Task timed out after 60.00 seconds', ['timed-out']],
  ['a time-out of another type', 'Error', '2026-03-01 1 Task timed out after 60.00 seconds', ['timed-out']],
  ['a function that cannot start', 'Runtime.ImportModuleError', 'Cannot find module', ['function-error']],
  ['an error without a text', undefined, undefined, ['function-error']],
])('%s', (_, errorType, errorMessage, causes) => {
  const origin: Origin = {
    from: 'function',
    condition: 'RetriesExhausted',
    invokeCount: 3,
    errorType,
    errorMessage,
  };

  expect(causesOf(origin, launch)).toEqual(causes);
});
