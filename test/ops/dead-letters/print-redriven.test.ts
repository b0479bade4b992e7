import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { UnsettledInstancesError } from '../../../src/enforcer/settlement-errors.ts';
import { packIds } from '../../../src/ops/dead-letters/pack-ids.ts';
import { printRedriven } from '../../../src/ops/dead-letters/print-redriven.ts';
import type { Redriven } from '../../../src/ops/dead-letters/redriven.ts';
import { deadLetter, home, PrintedOutput } from '../../support/dead-letter.ts';
import { idOf, source } from '../../support/launches.ts';

function printed(redriven: readonly Redriven[]): readonly string[] {
  const output = new PrintedOutput();
  printRedriven(output, { redriven, others: 0, foreign: [], stoppedBy: undefined }, home);
  return output.lines;
}

/** A letter whose instance is protected, still. */
function failed(number: number): Redriven {
  const error = new UnsettledInstancesError(source, [
    { instanceId: idOf(number), outcome: 'failed', reason: 'protected' },
  ]);
  const letter = deadLetter({ id: `${String(number).padStart(8, '0')}-rest` });
  return { letter, result: 'failed', errorType: error.name, errorMessage: error.message };
}

function terminated(number: number): Redriven {
  const outcomes = [
    { instanceId: idOf(number), outcome: 'terminated', reason: 'no-name-tag' },
    { instanceId: idOf(9_000), outcome: 'spared', reason: 'named' },
  ] as const;
  return { letter: deadLetter({ id: `${number}` }), result: 'settled', waits: false, outcomes };
}

test('every instance that was terminated is named, and no other', () => {
  const text = printed([terminated(1), terminated(2)]).join('\n');

  expect(text).toContain(`Terminated 2 instances:\n${idOf(1)} ${idOf(2)}\n`);
  expect(text).not.toContain(idOf(9_000));
  expect(text).toContain(
    '2 of 2 dead letters settled and deleted (instances: 2 terminated, 2 spared); 0 kept',
  );
});

test('instances of a launch that failed again are named as well, those that it terminated', () => {
  const error = new UnsettledInstancesError(source, [
    { instanceId: idOf(3), outcome: 'terminated', reason: 'no-name-tag' },
    { instanceId: idOf(4), outcome: 'failed', reason: 'protected' },
  ]);
  const kept: Redriven = {
    letter: deadLetter(),
    result: 'failed',
    errorType: error.name,
    errorMessage: error.message,
  };

  const text = printed([terminated(1), kept]).join('\n');

  expect(text).toContain(`Terminated 2 instances:\n${idOf(1)} ${idOf(3)}\n`);
});

test('letters that are kept for one reason are one row, whatever instances their errors name', () => {
  const lines = printed([failed(1), failed(2), failed(3)]);

  expect(lines[1]).toMatch(/^3 letters \| user\/lena \| failed: unsettled, protected/);
  expect(lines.slice(2)).toEqual([expect.stringContaining('0 of 3 dead letters settled and deleted')]);
});

test('a letter that alone is kept for a reason is told with all of it', () => {
  const other: Redriven = {
    letter: deadLetter({ id: 'other' }),
    result: 'untried',
    reason: 'The redrive was ended.',
  };

  const lines = printed([failed(1), other]);

  expect(lines[1]).toContain(`00000001 | user/lena | failed: unsettled, protected`);
  expect(lines[1]).toContain(idOf(1));
  expect(lines[2]).toContain('other | user/lena | untried: unsettled, protected / The redrive was ended.');
});

test('1,000 letters are told in less than 120 lines where nothing has a width, whatever came of them', () => {
  const all = Array.from({ length: 1_000 }, (_, number) => number);

  expect(printed(all.map(terminated)).length).toBeLessThan(120);
  expect(printed(all.map(failed)).length).toBeLessThan(120);
});

test('ids are packed into lines of a width, each once, in order, and none is broken', () => {
  const ids = fc.array(fc.stringMatching(/^i-[0-9a-f]{8,17}$/));
  fc.assert(
    fc.property(ids, fc.integer({ min: 20, max: 200 }), (some, width) => {
      const lines = packIds(some, width);

      expect(lines.flatMap((line) => line.split(' '))).toEqual(some);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    }),
  );
});
