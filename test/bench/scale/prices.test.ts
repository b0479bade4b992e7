import { expect, test } from 'vitest';
import {
  alarms,
  alarmsOfHub,
  billed,
  hoursWith,
  metrics,
  prices,
  tiered,
} from '../../../bench/scale/prices.ts';
import { template } from '../../support/cloudformation/project-template.ts';
import { emptyReceives, messagesInBatch } from '../../../bench/scale/second-signal.ts';
import { publishedMetrics } from '../../support/published-metrics.ts';

test('Each part of an amount has the price of its tier', () => {
  const tiers = [
    { upTo: 10, price: 2 },
    { upTo: 30, price: 1 },
    { upTo: Infinity, price: 0.5 },
  ];

  expect([tiered(0, tiers), tiered(10, tiers), tiered(15, tiers), tiered(50, tiers)]).toEqual([
    0, 20, 25, 50,
  ]);
});

test('A million GB-seconds of the first tier cost what Lambda lists', () => {
  expect(tiered(1e6, prices.gbSecond)).toBeCloseTo(13.33, 2);
});

test('Part of a millisecond is paid as a whole one', () => {
  expect([billed(0.0031), billed(0.003)]).toEqual([0.004, 0.003]);
});

test('Every alarm of the template is paid for, and every metric of the function is counted', async () => {
  const types = Object.values(template.Resources).map(({ Type }) => Type);

  expect(alarms + alarmsOfHub).toBe(types.filter((type) => type === 'AWS::CloudWatch::Alarm').length);
  expect(alarmsOfHub).toBe(2);
  expect(metrics).toBe(publishedMetrics().length);
});

// Whatever else there is to pay when nothing happens would be of one of these types.
test('An idle stack costs its alarms and an empty queue, and less than three dollars a month with no dashboard', () => {
  const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));

  expect(alarms * prices.alarm + emptyReceives).toBeLessThan(3);
  expect(
    [...types].filter((type) => /KMS|EC2|SecretsManager|Composite|ProvisionedConcurrency/.test(type)),
  ).toEqual([]);
});

test('A metric is paid for the hours in which it is published', () => {
  expect(hoursWith(0)).toBe(0);
  expect(hoursWith(1 / 3_600)).toBeCloseTo(0.63, 2);
  expect(hoursWith(1)).toBe(1);
});

test('Five pollers that ask an empty queue every 20 seconds cost a quarter of a dollar a month', () => {
  expect(emptyReceives).toBeCloseTo(0.26, 2);
});

test('A batch holds what comes within its window, and no more than the mapping of the template lets it', () => {
  expect([0, 1, 10_000].map(messagesInBatch)).toEqual([1, 6, 100]);
  expect(template.Resources['SecondLookMapping']?.Properties).toMatchObject({
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 5,
  });
});
