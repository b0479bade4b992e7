import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunk } from '../../../src/enforcer/chunk.ts';
import { failureRecord } from '../../support/dead-letter-messages.ts';
import { launchedItem, launchEvent } from '../../support/launch-events.ts';
import { account, region } from '../setup/environment.ts';
import { cloudWatchLogs } from '../support/clients.ts';
import { fatesOf } from '../support/fates.ts';
import { publish } from '../support/figures.ts';
import { launchWithSdk } from '../support/launches.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';
import { countMessages, putMessages } from './letters-in-queue.ts';
import { ops, startOps } from './run-ops.ts';

const stackName = 'redriven';
const messages = 1_000;
/** One launch in so many is nameless; the others are named at launch. */
const oneIn = 20;
const parallel = 5;
const kills = 10;
/** With head-room for a busy machine. */
const mostSeconds = 15;

let stack: Outputs;
let nameless: readonly string[];

beforeAll(async () => {
  stack = await deploy(stackName, { ReservedConcurrency: String(parallel) });
  nameless = (await launchWithSdk({ count: (2 * messages) / oneIn })).instanceIds;
});
afterAll(async () => {
  await remove(stackName);
});

/** Fills the queue with the dead letters of launches of one instance each, told apart by their event ids. */
async function fill(run: string, namelessIds: readonly string[]): Promise<string[]> {
  const eventIds = Array.from({ length: messages }, (_, number) => `${run}-${number}`);
  const functionArn = `arn:aws:lambda:${region}:${account}:function:${stack.FunctionName}:$LATEST`;
  const requestContext = { functionArn, condition: 'RetriesExhausted', approximateInvokeCount: 3 };
  const bodies = eventIds.map((eventID, number) => {
    const namelessId = number % oneIn === 0 ? namelessIds[number / oneIn] : undefined;
    const event = launchEvent({
      detail: { eventID },
      envelope: { account, region },
      instances: [launchedItem(namelessId ?? `i-${number.toString(16).padStart(17, '0')}`)],
      requestTags: namelessId === undefined ? [{ key: 'Name', value: 'web' }] : [],
    });
    return { ...failureRecord(event), requestContext };
  });
  await putMessages(
    stack.DeadLetterQueueUrl,
    bodies.map((body) => ({ body })),
  );
  return eventIds;
}

const Settled = v.pipe(v.string(), v.parseJson(), v.looseObject({ eventId: v.string() }));

/** How often the function settled the launch of each event. Of all other lines there are more than one page. */
async function settlements(run: string): Promise<ReadonlyMap<string, number>> {
  const { events = [], nextToken } = await cloudWatchLogs.send(
    new FilterLogEventsCommand({ logGroupName: stack.LogGroupName, filterPattern: '"instance settled"' }),
  );
  if (nextToken !== undefined) throw new Error('Expected all lines on one page.');
  const counts = new Map<string, number>();
  for (const { message } of events) {
    const { eventId } = v.parse(Settled, message);
    if (eventId.startsWith(`${run}-`)) counts.set(eventId, (counts.get(eventId) ?? 0) + 1);
  }
  return counts;
}

function twiceIn(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].filter((count) => count > 1).length;
}

const redriveAll = ['dead-letters', 'redrive', '--yes', '--parallel', String(parallel)];
const seconds = (since: number) => ((Date.now() - since) / 1000).toFixed(1);

const left = async (): Promise<number> => {
  const { waiting, held } = await countMessages(stack.DeadLetterQueueUrl);
  return waiting + held;
};

test(`a redrive of ${messages} messages takes seconds, and tells of all in lines that a person can read`, async (context) => {
  const whole = await fill('whole', nameless.slice(0, nameless.length / 2));

  const start = Date.now();
  const run = await ops(stackName, ...redriveAll);
  const took = seconds(start);

  expect(run.code).toBe(0);
  expect(run.stdout).toContain('1,000 of 1,000 dead letters settled and deleted');
  expect(await countMessages(stack.DeadLetterQueueUrl)).toEqual({ waiting: 0, held: 0 });
  const lines = run.stdout.trimEnd().split('\n').length;
  const counts = await settlements('whole');
  publish(context, {
    title: `Redrive of ${messages} dead letters, ${parallel} at a time`,
    rows: [{ seconds: took, 'lines printed': lines, 'settled twice': twiceIn(counts) }],
  });
  expect(whole.filter((id) => !counts.has(id))).toEqual([]);
  expect(twiceIn(counts)).toBe(0);
  for (const id of nameless.slice(0, nameless.length / 2)) expect(run.stdout).toContain(id);
  expect(lines).toBeLessThan(120);
  expect(Number(took)).toBeLessThan(mostSeconds);
}, 120_000);

test(`a redrive of ${messages} messages that is killed at ${kills} random moments loses none`, async (context) => {
  const killed = await fill('killed', nameless.slice(nameless.length / 2));
  const start = Date.now();
  const moments: number[] = [];
  while (moments.length < kills && (await left()) > 0) {
    const running = startOps(stackName, ...redriveAll);
    const before = await left();
    // It starts up for a while: the moments are counted from its first deletion.
    while ((await left()) === before && !running.hasEnded()) await setTimeout(20);
    const moment = Math.random() * 600;
    await setTimeout(moment);
    running.signal('SIGKILL');
    if ((await running.ended) === 'SIGKILL') moments.push(Math.round(moment));
    // What earlier runs held is hidden for half a minute, and there was nothing else to do.
    else await setTimeout(5_000);
    // What was deleted was settled before. Lines of the log come before the answers that a deletion follows.
    expect((await settlements('killed')).size + (await left())).toBeGreaterThanOrEqual(messages);
  }
  const leftAtLast = await left();
  // What was held comes back by itself; a further run may begin before that.
  while ((await left()) > 0) {
    await ops(stackName, ...redriveAll);
    if ((await left()) > 0) await setTimeout(5_000);
  }

  const counts = await settlements('killed');
  const lost = killed.filter((id) => !counts.has(id));
  publish(context, {
    title: `Redrive of ${messages} dead letters, killed at random moments and run again`,
    rows: [
      {
        kills: moments.length,
        'milliseconds after the first deletion': moments.join(' '),
        'left at the last kill': leftAtLast,
        seconds: seconds(start),
        lost: lost.length,
        'settled twice': twiceIn(counts),
      },
    ],
  });
  expect(lost).toEqual([]);
  expect(moments).toHaveLength(kills);
  expect(twiceIn(counts)).toBeLessThanOrEqual(parallel * kills);
  for (const ids of chunk(nameless, 200)) expect(await fatesOf(ids)).toEqual(['dead']);
}, 400_000);

test('a redrive that is interrupted finishes what it has begun, and gives back the rest at once', async () => {
  await fill('interrupted', []);
  const running = startOps(stackName, ...redriveAll);
  const untouched = async (): Promise<boolean> => {
    const { waiting, held } = await countMessages(stack.DeadLetterQueueUrl);
    return waiting + held > messages - 50;
  };
  while (await untouched()) await setTimeout(50);

  running.signal('SIGINT');

  expect(await running.ended).toBe(2);
  const [, told] = /About ([\d,]+) messages are left in the queue/.exec(await running.said) ?? [];
  const { waiting, held } = await countMessages(stack.DeadLetterQueueUrl);
  expect(held).toBe(0);
  expect(waiting).toBeGreaterThan(0);
  expect(told).toBe(waiting.toLocaleString('en'));
  const settled = await settlements('interrupted');
  expect(settled.size + waiting).toBe(messages);
  expect(twiceIn(settled)).toBe(0);
}, 60_000);
