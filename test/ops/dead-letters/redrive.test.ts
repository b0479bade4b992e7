import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InvocableFunction, Invocation } from '../../../src/ops/aws/lambda-function.ts';
import type { QueueMessage } from '../../../src/ops/aws/sqs-queue.ts';
import type { DeadLetter, Letter } from '../../../src/ops/dead-letters/letter.ts';
import { readLetter } from '../../../src/ops/dead-letters/read-letter.ts';
import { redrive, type RedriveReport } from '../../../src/ops/dead-letters/redrive.ts';
import type { Selection } from '../../../src/ops/dead-letters/selection.ts';
import type { Reach } from '../../../src/ops/reach.ts';
import { createSweep } from '../../../src/ops/dead-letters/sweep.ts';
import {
  failureRecord,
  owner,
  ownMessage,
  protectedError,
  secondLookRecord,
  startOf,
  undeliveredAttributes,
} from '../../support/dead-letter-messages.ts';
import { reachOf } from '../../support/dead-letter.ts';
import { launchEvent } from '../../support/launch-events.ts';
import { InMemoryQueue } from '../../support/in-memory-queue.ts';

const settled: Invocation = {
  kind: 'returned',
  payload: JSON.stringify({
    launch: { kind: 'listed' },
    outcomes: [{ instanceId: 'i-0123456789abcdef0', outcome: 'terminated', reason: 'no-name-tag' }],
  }),
};
const failed: Invocation = {
  kind: 'failed',
  errorType: 'UnsettledInstancesError',
  errorMessage: protectedError,
};

/** A launch event that tells itself apart by its number. */
const eventOf = (number: number) =>
  launchEvent({ detail: { eventID: `event-${number}`, eventTime: '2026-03-01T10:15:30Z' } });
const numberOf = (event: string) => Number(/"event-(\d+)"/.exec(event)?.[1]);

function filled(count: number): InMemoryQueue {
  const queue = new InMemoryQueue();
  for (let number = 0; number < count; number++) queue.put(JSON.stringify(failureRecord(eventOf(number))));
  return queue;
}

interface Run {
  readonly selection?: Selection;
  readonly parallel?: number;
  readonly onTrouble?: (error: unknown) => void;
  readonly invokeSecondLook?: InvocableFunction['invoke'];
  readonly reach?: Reach;
}

/** One run over the queue, given back at its end as the command does. */
async function run(
  queue: InMemoryQueue,
  invoke: InvocableFunction['invoke'],
  {
    selection = {},
    parallel = 3,
    onTrouble = fail,
    invokeSecondLook = fail,
    reach = reachOf('no hub'),
  }: Run = {},
): Promise<RedriveReport> {
  const sweep = createSweep(queue, fail);
  async function* letters(): AsyncGenerator<Letter> {
    for await (const message of sweep.messages()) yield readLetter(message, owner);
  }
  const targets = {
    launches: { invoke, functionArn: owner.launches.functionArn },
    'second-look': { invoke: invokeSecondLook, functionArn: owner.secondLook.functionArn },
  };
  const report = await redrive(letters(), { selection, parallel, sweep, queue, targets, reach, onTrouble });
  await sweep.release();
  return report;
}

function fail(error: unknown): never {
  throw error;
}

const results = ({ redriven }: RedriveReport) => redriven.map(({ result }) => result);

describe('a message', () => {
  test('is deleted after the function has settled its launch, not before', async () => {
    const queue = filled(1);
    const [messageId] = queue.messageIds;
    const during: string[][] = [];

    const report = await run(queue, async () => {
      during.push(queue.messageIds);
      return settled;
    });

    expect(during).toEqual([[messageId]]);
    expect(results(report)).toEqual(['settled']);
    expect(queue.messageIds).toEqual([]);
  });

  test('gives the function the original event, and says that somebody waits', async () => {
    const events: string[] = [];
    const record = new InMemoryQueue();
    record.put(JSON.stringify(failureRecord(eventOf(7))));
    const raw = new InMemoryQueue();
    raw.put(`  ${JSON.stringify(eventOf(8))}\n`, undeliveredAttributes);
    const invoke = async (event: string) => {
      events.push(event);
      return settled;
    };

    await run(record, invoke);
    await run(raw, invoke);

    expect(events.map((event): unknown => JSON.parse(event))).toEqual([
      { ...eventOf(7), redrive: true },
      { ...eventOf(8), redrive: true },
    ]);
  });

  test('stays as it is when the function fails for the same reason', async () => {
    const queue = filled(1);
    const before = queue.messageIds;

    const report = await run(queue, async () => failed);

    expect(results(report)).toEqual(['failed']);
    expect(queue.messageIds).toEqual(before);
    expect(queue.visible).toBe(1);
  });

  test('gets the new reason when the function fails for another, and keeps its age', async () => {
    const queue = new InMemoryQueue();
    const since = Date.parse('2026-01-01T00:00:00Z');
    queue.put(JSON.stringify(eventOf(1)), undeliveredAttributes, since);

    await run(queue, async () => failed);

    const [message] = await queue.receive(0, 'thorough');
    expect(queue.messageIds).toHaveLength(1);
    expect(message && readLetter(message, owner)).toMatchObject({
      kind: 'dead-letter',
      since,
      origin: { from: 'function', condition: 'Redriven', invokeCount: 1, errorMessage: protectedError },
      causes: ['unsettled', 'protected'],
      event: JSON.stringify(eventOf(1)),
    });
  });

  test('stays with its old reason when the new one cannot be kept', async () => {
    const queue = new InMemoryQueue();
    queue.put(JSON.stringify(eventOf(1)), undeliveredAttributes);
    const before = queue.messageIds;
    const tooLong = new Error('message too long');
    queue.send = async () => {
      throw tooLong;
    };
    const troubles: unknown[] = [];

    await run(queue, async () => failed, { onTrouble: (error) => troubles.push(error) });

    expect(queue.messageIds).toEqual(before);
    expect(troubles).toEqual([tooLong]);
  });

  test.each([
    ['something else', { kind: 'returned', payload: '"ok"' }],
    ['nothing', { kind: 'returned', payload: '' }],
    ['null, as a function without a result does', { kind: 'returned', payload: 'null' }],
  ] as const)('stays when the function answers %s', async (_, answer) => {
    const queue = filled(1);

    const report = await run(queue, async () => answer);

    expect(results(report)).toEqual(['failed']);
    expect(queue.messageIds).toHaveLength(1);
  });

  test('stays, untried, when Lambda left its event out', async () => {
    const { requestPayload: _, ...record } = failureRecord();
    const queue = new InMemoryQueue();
    queue.put(JSON.stringify(record));
    let invocations = 0;

    const report = await run(queue, async () => {
      invocations += 1;
      return settled;
    });

    expect(results(report)).toEqual(['untried']);
    expect(invocations).toBe(0);
    expect(queue.messageIds).toHaveLength(1);
  });

  test.each(['[]', '7', 'null', '{not json'])(
    'stays, untried, when its event cannot say that somebody waits: %s',
    async (event) => {
      const queue = new InMemoryQueue();
      queue.put(event, undeliveredAttributes);

      const report = await run(queue, fail);

      expect(report).toMatchObject({ redriven: [{ result: 'untried' }], stoppedBy: undefined });
      expect(queue.messageIds).toHaveLength(1);
    },
  );

  test('stays when the function is in report mode and would have terminated an instance', async () => {
    const queue = filled(1);
    const instance = { instanceId: 'i-0123456789abcdef0', reason: 'no-name-tag' };
    const outcomes = [{ ...instance, outcome: 'would-terminate' }];

    const report = await run(queue, async () => ({
      kind: 'returned',
      payload: JSON.stringify({ launch: { kind: 'listed' }, outcomes }),
    }));

    expect(results(report)).toEqual(['reported']);
    expect(queue.messageIds).toHaveLength(1);
  });

  test.each([{ account: '999988887777' }, { region: 'us-east-1' }])(
    'stays, untried, when its launch is of another account or region: %j',
    async (elsewhere) => {
      const queue = new InMemoryQueue();
      queue.put(JSON.stringify(failureRecord({ ...launchEvent(), ...elsewhere })));

      const report = await run(queue, fail);

      expect(report).toMatchObject({ redriven: [{ result: 'untried' }], stoppedBy: undefined });
      expect(queue.messageIds).toHaveLength(1);
    },
  );

  test('of a member is sent by a hub as it is, with the account and region that it tells', async () => {
    const queue = new InMemoryQueue();
    const event = { ...launchEvent(), account: '999988887777', region: 'us-east-1' };
    queue.put(JSON.stringify(failureRecord(event)));
    const events: unknown[] = [];
    const invoke = async (sent: string): Promise<Invocation> => {
      events.push(JSON.parse(sent));
      return settled;
    };

    const report = await run(queue, invoke, { reach: reachOf('hub') });

    expect(events).toEqual([{ ...event, redrive: true }]);
    expect(results(report)).toEqual(['settled']);
    expect(queue.messageIds).toEqual([]);
  });

  test.each(['account', 'region'] as const)(
    'stays, untried, at a hub when it does not tell its %s',
    async (part) => {
      const queue = new InMemoryQueue();
      const event = launchEvent({ detail: { recipientAccountId: undefined, awsRegion: undefined } });
      queue.put(JSON.stringify(failureRecord({ ...event, [part]: undefined })));

      const report = await run(queue, fail, { reach: reachOf('hub') });

      expect(report).toMatchObject({ redriven: [{ result: 'untried' }], stoppedBy: undefined });
      expect(queue.messageIds).toHaveLength(1);
    },
  );

  test('of another stack is never touched', async () => {
    const queue = new InMemoryQueue();
    queue.put('hello');
    queue.put('{"order":7}');

    const report = await run(queue, fail);

    expect(report.foreign).toHaveLength(2);
    expect(queue.visible).toBe(2);
  });

  test('that is not selected is neither sent nor deleted', async () => {
    const queue = filled(5);
    const [wanted = ''] = queue.messageIds;

    const report = await run(queue, async () => settled, { selection: { message: [wanted] } });

    expect(report.others).toBe(4);
    expect(results(report)).toEqual(['settled']);
    expect(queue.visible).toBe(4);
    expect(queue.messageIds).not.toContain(wanted);
  });
});

/** What the function for second looks answers. */
const answering =
  (outcomes: readonly object[], batchItemFailures: readonly object[] = []): InvocableFunction['invoke'] =>
  async () => ({ kind: 'returned', payload: JSON.stringify({ batchItemFailures, outcomes }) });

describe('a message of the second look', () => {
  const instanceId = 'i-0123456789abcdef0';
  const terminated = [{ instanceId, outcome: 'terminated', reason: 'no-name-tag' }];

  test.each([
    ['a start', JSON.stringify(startOf())],
    ['a text that is no JSON', '{not json'],
  ])('goes to its own function as SQS would hand it over: %s', async (_, body) => {
    const queue = new InMemoryQueue();
    const messageId = queue.put(body, { ...undeliveredAttributes, RULE_ARN: owner.secondLook.ruleArn });
    const events: unknown[] = [];

    const report = await run(queue, fail, {
      invokeSecondLook: async (event) => {
        events.push(JSON.parse(event));
        return answering(terminated)(event);
      },
    });

    expect(events).toEqual([{ Records: [{ messageId, body, messageAttributes: {} }], redrive: true }]);
    expect(results(report)).toEqual(['settled']);
    expect(queue.messageIds).toEqual([]);
  });

  test.each([
    [
      'the function puts it there for later',
      startOf(),
      [
        {
          instanceId,
          outcome: 'postponed',
          reason: 'no-name-tag',
          dueAt: '2030-01-01T00:00:00.000Z',
        },
      ],
    ],
    ['its time has not come', ownMessage(new Date(Date.now() + 3_600_000).toISOString(), instanceId), []],
  ])('is deleted when it waits in its own queue again: %s', async (_, payload, outcomes) => {
    const queue = new InMemoryQueue();
    queue.put(JSON.stringify(secondLookRecord(payload)));

    const report = await run(queue, fail, { invokeSecondLook: answering(outcomes) });

    expect(report.redriven).toMatchObject([{ result: 'settled', waits: true }]);
    expect(queue.messageIds).toEqual([]);
  });

  test('stays when its own queue does not take it back', async () => {
    const queue = new InMemoryQueue();
    queue.put(JSON.stringify(secondLookRecord(startOf())));

    const report = await run(queue, fail, { invokeSecondLook: answering([], [{ itemIdentifier: 'x' }]) });

    expect(results(report)).toEqual(['failed']);
    expect(queue.messageIds).toHaveLength(1);
  });

  test.each([
    ['of JSON', startOf()],
    ['that is a text', '{not json'],
  ])(
    'gets a new reason in a record of its own function, and is read as before: one %s',
    async (_, payload) => {
      const queue = new InMemoryQueue();
      queue.put(JSON.stringify(secondLookRecord(payload, 'Task timed out after 60.00 seconds')));
      const [before] = await queue.receive(0, 'thorough');

      await run(queue, fail, { invokeSecondLook: async () => failed });

      const [after] = await queue.receive(0, 'thorough');
      if (before === undefined || after === undefined) throw new Error('Expected a message.');
      const { event, contents, recipient } = read(before);
      expect(read(after)).toMatchObject({
        event,
        contents,
        recipient,
        origin: { condition: 'Redriven', errorMessage: protectedError },
      });
    },
  );
});

function read(message: QueueMessage): DeadLetter {
  const letter = readLetter(message, owner);
  if (letter.kind === 'foreign') throw new Error(letter.because);
  return letter;
}

test('sends as many events at a time as it is told to, and no more', async () => {
  let now = 0;
  let most = 0;

  await run(
    filled(40),
    async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => {
        setTimeout(resolve, 2);
      });
      now -= 1;
      return settled;
    },
    { parallel: 4 },
  );

  expect(most).toBe(4);
});

test('ends when a call fails that would fail for every message, and keeps what is left', async () => {
  const queue = filled(50);
  const throttled = Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
  let invocations = 0;

  const report = await run(queue, async () => {
    invocations += 1;
    if (invocations > 10) throw throttled;
    return settled;
  });

  expect(report.stoppedBy).toBe(throttled);
  expect(invocations).toBeLessThan(10 + 2 * 3);
  // The rest was not even read.
  expect(report.redriven.length).toBeLessThan(10 + 2 * 3);
  expect(queue.visible).toBe(40);
});

test('whatever fails, every launch is settled in the end, and none twice but those whose answer was lost', async () => {
  const steps = ['settled', 'failed', 'other-failure', 'nonsense', 'unsent', 'answer-lost'] as const;
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...steps), { maxLength: 60 }),
      fc.integer({ min: 1, max: 5 }),
      async (script, parallel) => {
        const count = 30;
        const queue = filled(count);
        const settledEvents: number[] = [];
        let turn = 0;
        const invoke = async (event: string): Promise<Invocation> => {
          const step = script[turn++] ?? 'settled';
          await Promise.resolve();
          switch (step) {
            case 'settled':
              settledEvents.push(numberOf(event));
              return settled;
            case 'failed':
              return failed;
            case 'other-failure':
              return { ...failed, errorMessage: `another failure ${turn}` };
            case 'nonsense':
              return { kind: 'returned', payload: '{' };
            case 'answer-lost':
              settledEvents.push(numberOf(event));
              throw new Error('The connection broke before the answer.');
            case 'unsent':
              throw new Error('There was no connection.');
          }
        };

        for (let attempt = 0; attempt < 100 && queue.messageIds.length > 0; attempt++) {
          await run(queue, invoke, { parallel });
        }

        const lost = script.slice(0, turn).filter((step) => step === 'answer-lost').length;
        ends.add(`${queue.messageIds.length} left`);
        return new Set(settledEvents).size === count && settledEvents.length <= count + lost;
      },
    ),
    { numRuns: 50 },
  );

  expect([...ends]).toEqual(['0 left']);
});
