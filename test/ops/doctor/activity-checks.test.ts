import { describe, expect, test } from 'vitest';
import { lastSettled } from '../../../src/ops/doctor/activity-checks.ts';

const line = (at: number, parts: object) => ({ at, message: JSON.stringify(parts) });
const settled = {
  message: 'instance settled',
  instanceId: 'i-1',
  outcome: 'terminated',
  reason: 'no-name-tag',
};

describe('the last settled launch', () => {
  test('is told by the newest line of one, whatever the order', () => {
    const lines = [line(2, { ...settled, instanceId: 'i-2' }), line(3, settled), line(1, settled)];

    expect(lastSettled(lines)).toEqual({ at: 3, text: 'i-1 terminated (no-name-tag)' });
  });

  test('may be one that was spared as a whole', () => {
    const spared = { message: 'launch spared', reason: 'named-at-launch' };

    expect(lastSettled([line(1, spared)])?.text).toBe('a whole launch spared (named-at-launch)');
  });

  test('is none that is unsettled or ignored, and no line that is no JSON', () => {
    const lines = [
      line(3, { message: 'event ignored' }),
      line(2, { ...settled, message: 'instance unsettled' }),
      { at: 1, message: 'START RequestId' },
    ];

    expect(lastSettled(lines)).toBeUndefined();
  });
});
