import { describe, expect, test } from 'vitest';
import type { CurrentState } from '../../../src/ops/dead-letters/current-state.ts';
import type { DeadLetter } from '../../../src/ops/dead-letters/letter.ts';
import { review, type ReviewParts } from '../../../src/ops/dead-letters/review.ts';
import { deadLetter, gone, named, shown, stateOf } from '../../support/dead-letter.ts';
import { idOf } from '../../support/launches.ts';

const letters = [1, 2, 3].map((number) =>
  deadLetter({ id: `letter-${number}`, instanceIds: [idOf(number)] }),
);
const [first] = letters;

/** What was done, as `redrive letter-1`, in order; questions as `? ...`, and what the person was told. */
interface Reviewed {
  readonly done: readonly string[];
  readonly report: Awaited<ReturnType<typeof review>>;
}

/** A review by somebody who types these lines, and then Ctrl-C. */
async function reviewed(
  typed: readonly (string | undefined)[],
  parts: Partial<ReviewParts> = {},
  of: readonly DeadLetter[] = letters,
): Promise<Reviewed> {
  const done: string[] = [];
  const left = [...typed];
  const report = await review(of, {
    ask: async (question) => {
      done.push(`? ${question}`);
      return left.shift();
    },
    tell: (text) => void done.push(text),
    show: ({ messageId }, _, position) => void done.push(`show ${messageId}, ${position}`),
    stateOf: async ({ messageId }) => stateOf(shown(idOf(Number(messageId.slice(-1))))),
    redrive: async ({ messageId }) => {
      done.push(`redrive ${messageId}`);
      return 'settled';
    },
    name: async (_, ids, name) => void done.push(`name ${ids.join(' ')} ${name}`),
    discard: async ({ messageId }, reason) => void done.push(`discard ${messageId}: ${reason}`),
    explain: (error) => (error instanceof Error ? error.message : undefined),
    isInterrupted: () => false,
    wait: async () => void done.push('wait'),
    ...parts,
  });
  return { done, report };
}

/** The same without questions and shows. */
const deeds = ({ done }: Reviewed) => done.filter((one) => !/^(\?|show) /.test(one));

test('each letter is shown, and done with what is chosen', async () => {
  const run = await reviewed(['r', 'd', 'test account, torn down', 's']);

  expect(run.done.filter((one) => one.startsWith('show'))).toEqual([
    'show letter-1, 1 of 3',
    'show letter-2, 2 of 3',
    'show letter-3, 3 of 3',
  ]);
  expect(deeds(run)).toEqual(['redrive letter-1', 'discard letter-2: test account, torn down']);
  expect(run.report).toEqual({ settled: 1, discarded: 1, left: 1 });
});

test('a whole word does as well, in any case, and anything else is asked again', async () => {
  const run = await reviewed(['yes', '', 'Redrive', 'QUIT']);

  expect(deeds(run)).toEqual([
    'Expected one of r, n, d, s and q.',
    'Expected one of r, n, d, s and q.',
    'redrive letter-1',
  ]);
});

describe('the review may be ended', () => {
  test.each<[string, readonly (string | undefined)[]]>([
    ['with q', ['q']],
    ['with Ctrl-C', [undefined]],
    ['with Ctrl-C instead of a name', ['n', undefined]],
    ['with Ctrl-C instead of a confirmation', ['n', 'web', undefined]],
    ['with Ctrl-C instead of a reason', ['d', undefined]],
  ])('%s, and nothing is done', async (_, typed) => {
    const run = await reviewed(typed);

    expect(deeds(run)).toEqual([]);
    expect(run.report).toEqual({ settled: 0, discarded: 0, left: 3 });
  });

  test('while something is done, which comes to its end', async () => {
    let interrupted = false;
    const run = await reviewed(['r', 'r'], {
      redrive: async () => {
        interrupted = true;
        return 'settled';
      },
      isInterrupted: () => interrupted,
    });

    expect(run.report).toEqual({ settled: 1, discarded: 0, left: 2 });
  });
});

/** What EC2 shows each time that it is asked; the last again and again. */
function states(...them: readonly CurrentState[]): ReviewParts['stateOf'] {
  const left = [...them];
  return async () => (left.length > 1 ? left.shift() : left[0]) ?? stateOf();
}

async function refuse(): Promise<void> {
  throw new Error('You may not do this.');
}

describe('a name', () => {
  test('is given to the nameless instances after a confirmation, and seen before the redrive', async () => {
    const before = stateOf(
      shown(idOf(1)),
      shown(idOf(2), { name: '' }),
      shown(idOf(3), named),
      shown(idOf(4), gone),
    );
    const after = stateOf(shown(idOf(1), named), shown(idOf(2), named));

    const run = await reviewed(
      ['n', 'web', 'y'],
      { stateOf: states(before, before, before, before, after) },
      [deadLetter({ id: 'letter-1' })],
    );

    expect(deeds(run)).toEqual([`name ${idOf(1)} ${idOf(2)} web`, 'wait', 'redrive letter-1']);
  });

  test.each([
    ['not confirmed', ['n', 'web', 'n', 'q']],
    ['empty', ['n', '', 'q']],
    ['too long', ['n', 'x'.repeat(257), 'q']],
  ])('is not given when it is %s', async (_, typed) => {
    const run = await reviewed(typed);

    expect(run.done.some((one) => one.startsWith('name'))).toBe(false);
    expect(run.report.left).toBe(3);
  });

  test('that somebody else gave meanwhile stays', async () => {
    const run = await reviewed(
      ['n', 'web', 'y', 'q'],
      { stateOf: states(stateOf(shown(idOf(1))), stateOf(shown(idOf(1))), stateOf(shown(idOf(1), named))) },
      first ? [first] : [],
    );

    expect(deeds(run)).toEqual(['redrive letter-1']);
  });

  test('that EC2 does not show yet keeps the letter, and nothing is redriven', async () => {
    const run = await reviewed(['n', 'web', 'y', 'q']);

    expect(deeds(run).filter((one) => one.startsWith('redrive'))).toEqual([]);
    expect(run.report.left).toBe(3);
  });

  test('is not asked for where EC2 shows no nameless instance', async () => {
    const run = await reviewed(['n', 'q'], { stateOf: async () => stateOf(shown(idOf(1), gone)) });

    expect(run.done.filter((one) => one.startsWith('? Name'))).toEqual([]);
  });
});

test('what was not looked at is not named, and the person is told how it can be', async () => {
  const state = stateOf({ instanceId: idOf(1), kind: 'elsewhere', settled: false, foreign: false });

  const run = await reviewed(['n', 'q'], { stateOf: async () => state });

  expect(run.done.filter((one) => one.startsWith('? Name'))).toEqual([]);
  expect(run.done.join('\n')).toMatch(/not looked at.*credentials of that account.*--role/);
});

test('nothing is discarded without a reason', async () => {
  const run = await reviewed(['d', '', 'q']);

  expect(run.report).toEqual({ settled: 0, discarded: 0, left: 3 });
});

test('a letter that a redrive keeps is left, and the next is shown', async () => {
  const run = await reviewed(['r', 'q'], { redrive: async () => 'failed' });

  expect(run.done).toContain('show letter-2, 2 of 3');
  expect(run.report).toEqual({ settled: 0, discarded: 0, left: 3 });
});

test('a call that AWS refuses is told, and the same letter asked for again; a defect ends the review', async () => {
  const run = await reviewed(['d', 'seen', 's', 'q'], { discard: refuse });

  expect(deeds(run)).toEqual(['You may not do this. The letter is still in the queue.']);
  expect(run.done.filter((one) => one.startsWith('show'))).toHaveLength(2);
  await expect(reviewed(['d', 'seen'], { discard: refuse, explain: () => undefined })).rejects.toThrow(
    'not do this',
  );
});
