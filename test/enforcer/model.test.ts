import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenPromises } from '../support/model/promises.ts';
import { runSchedule } from '../support/model/run-schedule.ts';
import { anySchedule } from '../support/model/schedule.ts';
import { statesOf } from '../support/model/states.ts';

/*
 * MODEL_SCHEDULES: how many schedules, 20,000 unless set. MODEL_SEED: a number that a failed run printed, to
 * run the same ones again.
 */
const { MODEL_SCHEDULES = '20000', MODEL_SEED = String(Date.now() % 2 ** 31) } = process.env;
const schedules = Number(MODEL_SCHEDULES);
const seed = Number(MODEL_SEED);

/** One schedule in two hundred must reach each of these, or the model proves nothing about it. */
const statesToReach = [
  'settled',
  'spared-whole',
  'incomplete no-reference',
  'incomplete not-found',
  'incomplete maybe-more',
  'incomplete unreadable',
  'spared named',
  'spared exempt',
  'spared managed',
  'spared named-at-launch',
  'spared exempt-at-launch',
  'terminated no-name-tag',
  'terminated empty-name-tag',
  'would-terminate no-name-tag',
  'would-terminate empty-name-tag',
  'already-gone shutting-down',
  'already-gone terminated',
  'already-gone not-found',
  'failed denied',
  'failed protected',
  'failed refused',
  'failed not-terminated',
  'failed not-visible',
  'failed unreadable',
  'deferred out-of-time',
  'EC2 refused: denied',
  'EC2 refused: protected',
  'EC2 refused: not-found',
  'EC2 refused: unsupported',
  'an instance showed up late',
  'a refused call was divided',
  'a name came between reading and killing',
  'a duplicate',
  'a retry settled it',
  'a dead letter',
  'foreign',
  'an outage was survived',
  'an outage was too long',
];

test('In any order of launches, tags, faults, duplicates and retries, every promise is kept', async () => {
  const reached = new Map(statesToReach.map((state) => [state, 0]));
  const property = fc.asyncProperty(anySchedule, async (schedule) => {
    const run = await runSchedule(schedule);
    for (const state of statesOf(run)) reached.set(state, (reached.get(state) ?? 0) + 1);
    expect(brokenPromises(run)).toEqual([]);
  });

  await fc.assert(property, { numRuns: schedules, seed });

  process.stdout.write(`model: ${schedules} schedules run, MODEL_SEED=${seed}\n`);
  const missed = Array.from(reached).filter(([, count]) => count < schedules / 200);
  expect(missed).toEqual([]);
}, 120_000);
