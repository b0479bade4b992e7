import { describe, expect, test } from 'vitest';
import { judgeTrails } from '../../../src/ops/doctor/trail-check.ts';

const trail = {
  name: 'main',
  arn: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/main',
  logging: true,
  logsLaunches: 'all',
} as const;
const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
const unreadable = { arn: 'arn:aws:cloudtrail:eu-west-1:999999999999:trail/organization', error: denied };

describe('the check of the trails', () => {
  test('is fine when one of them logs launches, whatever the others do', () => {
    const others = [{ ...trail, name: 'other', logging: false }, unreadable];

    expect(judgeTrails([...others, trail])).toMatchObject({ status: 'ok' });
  });

  test.each([
    ['there is none', []],
    ['none logs management write events', [{ ...trail, logsLaunches: 'none' as const }]],
  ])('fails when %s, and tells of CreateTrail', (_, trails) => {
    const result = judgeTrails(trails);

    expect(result.status).toBe('fail');
    expect(result.fix).toContain('CreateTrail=true');
  });

  test('fails when the logging is switched off, with the command that switches it on', () => {
    const result = judgeTrails([{ ...trail, logging: false }]);

    expect(result.status).toBe('fail');
    expect(result.fix).toBe(`Switch it on: aws cloudtrail start-logging --name ${trail.arn}`);
  });

  test('warns when the trail filters by what differs from launch to launch', () => {
    expect(judgeTrails([{ ...trail, logsLaunches: 'some' }])).toMatchObject({ status: 'warn' });
  });

  test('does not know when the only trail may not be looked into', () => {
    const result = judgeTrails([unreadable]);

    expect(result.status).toBe('unknown');
    expect(result.found).toContain('docs/iam/');
  });
});
