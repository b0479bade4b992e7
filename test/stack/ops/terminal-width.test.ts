import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UnsettledInstancesError } from '../../../src/enforcer/settlement-errors.ts';
import { failureRecord } from '../../support/dead-letter-messages.ts';
import { source } from '../../support/launches.ts';
import { account, region } from '../setup/environment.ts';
import { launchWithSdk } from '../support/launches.ts';
import { deploy, remove, type Outputs } from '../support/stack.ts';
import { eventOf } from '../support/trail.ts';
import { inTerminal } from './in-terminal.ts';
import { putMessages } from './letters-in-queue.ts';
import { ops, opsInTerminal, operator } from './run-ops.ts';

const stackName = 'seen-in-a-terminal-of-eighty-columns';
let stack: Outputs;

/** Dead letters of several kinds, and an instance that waits: none of it changes while the tests look. */
beforeAll(async () => {
  stack = await deploy(stackName, { GracePeriodMinutes: '60' });
  const functionArn = `arn:aws:lambda:${region}:${account}:function:${stack.FunctionName}:$LATEST`;
  const requestContext = { functionArn, condition: 'RetriesExhausted', approximateInvokeCount: 3 };
  const group = { kind: 'auto-scaling-group', name: 'web servers of the shop, blue' } as const;
  for (const reason of ['protected', 'relaunched', 'not-visible'] as const) {
    const { instanceIds, call } = await launchWithSdk({ count: 2 });
    const { message } = new UnsettledInstancesError(
      { ...source, account, region },
      instanceIds.map((instanceId) => ({ instanceId, outcome: 'failed', reason, group })),
    );
    await putMessages(stack.DeadLetterQueueUrl, [
      { body: { ...failureRecord(eventOf(call), { message }), requestContext } },
    ]);
  }
  const { instanceIds } = await launchWithSdk();
  await ops(stackName, 'audit', '--send', '--instance', ...instanceIds, '--no-cloudtrail', '--yes');
});
afterAll(async () => remove(stackName));

/** What overwrites a line: a return to its beginning, and the codes that move the cursor or clear. */
// oxlint-disable-next-line no-control-regex -- It is what a terminal obeys.
const overwrites = /\r|\u001b\[\d*[GK]/;

/** What a terminal shows at the end, line by line, without colours. */
function linesOf(text: string): string[] {
  return text.split('\r\n').map((line) => stripVTControlCharacters(line.split(overwrites).at(-1) ?? ''));
}

/** Ids, and words without a digit that are no unit of time: ages are others at each look. */
function wordsOf(lines: readonly string[]): Set<string> {
  const words = lines.flatMap((line) => line.split(/[\s│┌┐└┘├┤┬┴┼─]+/));
  return new Set(words.filter((word) => /^(?:i-[0-9a-f]{17}|[^\d\\]{4,})$/.test(word)));
}

/** A word that is longer than a line stands by itself, with nothing but the mark that its command goes on. */
function expectToFit(lines: readonly string[], columns: number): void {
  const tooLong = lines.filter(
    (line) => line.length > columns && line.replace(/ \\$/, '').trim().includes(' '),
  );
  expect(tooLong).toEqual([]);
}

describe.each([
  'dead-letters list',
  'dead-letters list --each',
  'dead-letters list --summary',
  'dead-letters redrive',
  `audit --regions ${region} --no-cloudtrail`,
  'second-look list',
  'doctor',
])('%s', (words) => {
  const command = words.split(' ');

  test('is read at 80 and 160 columns, with every word whole, and is not cut in a pipe', async () => {
    const piped = await ops(stackName, ...command);
    const said = `${piped.stdout}${piped.stderr}`.split('\n');
    const longest = Math.max(...said.map((line) => line.length));

    for (const columns of [80, 160]) {
      const { text, ended } = await opsInTerminal(stackName, command, [], columns);

      const lines = linesOf(text);
      expect(ended).toBe(piped.code);
      expectToFit(lines, columns);
      expect(wordsOf(lines)).toEqual(wordsOf(said));
      // What there is room for is used.
      const widest = Math.max(...lines.map(({ length }) => length));
      expect(columns === 80 || widest > 80).toBe(columns === 80 || longest > 80);
    }
  });
});

async function shownByStart(columns: number): Promise<string[]> {
  const start = [process.execPath, 'src/local/start.ts'];
  const { text, ended } = await inTerminal(start, operator(), [], columns);
  expect(ended).toBe(0);
  return linesOf(text);
}

test('npm start is read at 80 and 160 columns, with every word whole', async () => {
  const [narrow, wide] = [await shownByStart(80), await shownByStart(160)];

  expectToFit(narrow, 80);
  expectToFit(wide, 160);
  expect(wordsOf(narrow)).toEqual(wordsOf(wide));
  expect(wide.length).toBeLessThan(narrow.length);
});
