import { DescribeTagsCommand } from '@aws-sdk/client-ec2';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureRecord } from '../../support/dead-letter-messages.ts';
import { account, region } from '../setup/environment.ts';
import { ec2 } from '../support/clients.ts';
import { fatesOf } from '../support/fates.ts';
import { logLines } from '../support/function-log.ts';
import { launchWithSdk } from '../support/launches.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';
import { eventOf } from '../support/trail.ts';
import { CTRL_C } from './in-terminal.ts';
import { countMessages, putMessages } from './letters-in-queue.ts';
import { opsInTerminal } from './run-ops.ts';

const stackName = 'reviewed';
let stack: Outputs;

beforeAll(async () => {
  stack = await deploy(stackName);
});
afterAll(async () => remove(stackName));

/** A nameless instance that runs, and the dead letter of its launch. */
async function launchWithLetter(): Promise<string> {
  const { instanceIds, call } = await launchWithSdk();
  const functionArn = `arn:aws:lambda:${region}:${account}:function:${stack.FunctionName}:$LATEST`;
  const requestContext = { functionArn, condition: 'RetriesExhausted', approximateInvokeCount: 3 };
  await putMessages(stack.DeadLetterQueueUrl, [
    { body: { ...failureRecord(eventOf(call)), requestContext } },
  ]);
  // The next letter is younger, and comes after it.
  await setTimeout(50);
  return instanceIds[0] ?? 'none';
}

const choices = '[q]uit > ';

test('a review at a terminal: one is named and lives, one dies, one is discarded, and Ctrl-C leaves the last', async () => {
  const [named, killed, discarded, last] = [
    await launchWithLetter(),
    await launchWithLetter(),
    await launchWithLetter(),
    await launchWithLetter(),
  ];

  const { text, ended } = await opsInTerminal(
    stackName,
    ['dead-letters', 'review'],
    [
      [choices, 'n\r'],
      [`Name for ${named} > `, 'kept by hand\r'],
      ['[y/N] > ', 'y\r'],
      [choices, 'r\r'],
      [choices, 'd\r'],
      ['logged with your name > ', 'seen in a test\r'],
      [choices, CTRL_C],
    ],
  );

  expect(text).toContain('4 dead letters: 2 settled, 1 discarded, 1 left in the queue.');
  expect(ended).toBe(1);
  expect(await fatesOf([killed])).toEqual(['dead']);
  expect(await fatesOf([named, discarded, last])).toEqual(['alive']);
  const { Tags } = await ec2.send(
    new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [named] }] }),
  );
  expect(Tags).toMatchObject([{ Key: 'Name', Value: 'kept by hand' }]);
  expect(await logLines(stack.LogGroupName)).toContainEqual(
    expect.objectContaining({
      message: 'dead letter discarded',
      reason: 'seen in a test',
      instanceIds: [discarded],
    }),
  );
  expect(await countMessages(stack.DeadLetterQueueUrl)).toEqual({ waiting: 1, held: 0 });
});

test('a watch shows the same again until Ctrl-C, and 30 letters that failed alike fit into 80 columns', async () => {
  for (let count = 0; count < 30; count++) await launchWithLetter();

  const { text, ended } = await opsInTerminal(
    stackName,
    ['dead-letters', 'list', '--watch', '2'],
    [
      ['Ctrl-C ends it.', ''],
      ['Ctrl-C ends it.', CTRL_C],
    ],
  );

  expect(ended).toBe(1);
  const screens = text.split('\u001b[1;1H\u001b[0J').slice(1);
  expect(screens).toHaveLength(2);
  for (const screen of screens) {
    expect(screen).toMatch(/\d\d letters .* protected .* user\/lena .*/);
    const table = screen.split('\r\n').filter((line) => /[│┌├└]/.test(line));
    expect(table).toHaveLength(5);
    for (const line of table) expect(line.length).toBeLessThanOrEqual(80);
  }
  expect(await countMessages(stack.DeadLetterQueueUrl)).toMatchObject({ held: 0 });
});
