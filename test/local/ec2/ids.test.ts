import { describe, expect, test } from 'vitest';
import { idSource } from '../../../src/local/ec2/ids.ts';

describe('a source of ids', () => {
  test.each([
    ['with a seed', 'seed'],
    ['without', undefined],
  ])('%s, makes each id once, of the form of EC2', (_, seed) => {
    const ids = idSource(seed);

    const made = Array.from({ length: 100 }, () => [ids.instanceId(), ids.reservationId(), ids.uuid()]);

    for (const [instanceId, reservationId, uuid] of made) {
      expect(instanceId).toMatch(/^i-[0-9a-f]{17}$/);
      expect(reservationId).toMatch(/^r-[0-9a-f]{17}$/);
      expect(uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
    expect(new Set(made.flat()).size).toBe(300);
  });

  test('makes the same instance ids of one seed however many requests there were', () => {
    const [busy, quiet] = [idSource('seed'), idSource('seed')];

    for (let i = 0; i < 5; i++) busy.uuid();

    expect([busy.instanceId(), busy.instanceId()]).toEqual([quiet.instanceId(), quiet.instanceId()]);
  });
});
