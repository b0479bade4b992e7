import { describe, expect, test } from 'vitest';
import { judgeAction } from '../../../../src/ops/doctor/organization/judge-action.ts';
import type { PlaceAnswer } from '../../../../src/ops/doctor/organization/probe-members.ts';

const acts: PlaceAnswer = { kind: 'acts' };
const problem = (said: string): PlaceAnswer => ({ kind: 'problem', said });
const judge = (launches: PlaceAnswer, second: PlaceAnswer = launches, isHub = false) =>
  judgeAction(
    new Map([
      ['EnforceNameTag', launches],
      ['SecondLook', second],
    ]),
    isHub,
  );

describe('The hub', () => {
  test('can act where both functions can', () => {
    expect(judge(acts)).toEqual({ status: 'ok', found: 'yes' });
  });

  test.each([
    [
      'arn:aws:iam::1:role/m did not let this stack in: AccessDenied: not authorized to perform: sts:AssumeRole',
      /^AccessDenied: its role/,
      /HubLaunchRoleArn/,
    ],
    [
      'AuthFailure: AWS was not able to validate the provided access credentials',
      /region is switched off/,
      /Switch the region on/,
    ],
    [
      'OptInRequired: You are not subscribed to this service',
      /region is switched off/,
      /Switch the region on/,
    ],
    [
      'UnauthorizedOperation: You are not authorized. Encoded authorization failure message: x',
      /may not read/,
      /ec2:DescribeInstances/,
    ],
    [
      'arn:aws:iam::1:role/m did not let this stack in: Throttling: Rate exceeded',
      /throttles/,
      /in a minute/,
    ],
    ['ForeignLaunchError: this stack acts in 1 eu-west-1 alone', /does not know/, /change set/],
    ['TimeoutError: No whole answer came within 8000 ms', /did not answer/, /NAT gateway/],
    ['out-of-time: no whole answer came in time', /did not answer/, /NAT gateway/],
    ['Error: getaddrinfo ENOTFOUND ec2.xx-east-1.amazonaws.com', /did not answer/, /NAT gateway/],
  ])("is told why it cannot, and what to do, beside AWS's own words: %s", (said, found, fix) => {
    const result = judge(problem(said));

    expect(result).toMatchObject({ status: 'fail', said });
    expect(result.found).toMatch(found);
    expect(result.fix).toMatch(fix);
  });

  test('that fails in a way that is not known is told in the words of AWS, alike for calls that fail alike', () => {
    const one = judge(problem('Odd: request 8e6d6d0d-0a6c-4e0a-8a0c-1f6d6c0f8a11'));
    const other = judge(problem('Odd: request 11111111-0a6c-4e0a-8a0c-1f6d6c0f8a11'));

    expect(one.found).toBe('Odd: request ...');
    expect(other.found).toBe(one.found);
  });

  test('is told of each function where they differ', () => {
    const said = 'role did not let this stack in: AccessDenied: no';

    expect(judge(acts, problem(said))).toMatchObject({
      status: 'fail',
      found:
        'EnforceNameTag: yes; SecondLook: AccessDenied: its role is not there, or does not let the hub in',
      said,
    });
  });

  test('is not said to be able where a function could not be asked, nor to be unable', () => {
    const unknown: PlaceAnswer = { kind: 'unknown', said: 'throttled' };

    expect(judge(unknown)).toEqual({ status: 'unknown', found: 'Could not be asked: throttled' });
    expect(judge(acts, unknown).status).toBe('unknown');
    expect(judge(problem('AuthFailure: no'), unknown).status).toBe('fail');
  });

  test.each([
    'UnauthorizedOperation: You are not authorized',
    'AuthFailure: AWS was not able to validate the provided access credentials',
    'AccessDenied: explicit deny',
  ])('uses its own roles where it is itself, which no stack set mends: %s', (said) => {
    expect(judge(problem(said), acts, true)).toMatchObject({
      status: 'fail',
      fix: 'Put it back as the template has it, with the change set at the end',
      said,
    });
    expect(judge(problem('TimeoutError: no answer'), acts, true).found).toContain('did not answer');
  });

  test('of an older version is to be deployed anew', () => {
    expect(judge({ kind: 'older' })).toMatchObject({
      status: 'fail',
      fix: 'Deploy the stack anew: npm run deploy',
    });
  });
});
