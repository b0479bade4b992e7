import { CloudFormationClient, ListStackInstancesCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { GetFunctionConcurrencyCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCommandContext } from '../../../../src/ops/command-context.ts';
import { lookAtMembers } from '../../../../src/ops/doctor/organization/look-at-members.ts';
import { readMembers } from '../../../../src/ops/organization/members.ts';
import { mockClient } from '../../../support/mock-client.ts';
import { hubOutputs, hubParameters, secondLookOutputs, stackWith } from '../../../support/ops-stack.ts';

const lambda = mockClient(LambdaClient);
const cloudFormation = mockClient(CloudFormationClient);
const eventBridge = mockClient(EventBridgeClient);
const logs = mockClient(CloudWatchLogsClient);
const sts = mockClient(STSClient);
const hub = stackWith({ ...secondLookOutputs, ...hubOutputs }, hubParameters);
const places = Array.from({ length: 1_700 }, (_, index) => ({
  Account: String(200_000_000_000 + Math.floor(index / 17)),
  Region: `eu-west-${(index % 17) + 1}`,
  Status: 'CURRENT' as const,
}));
const Sent = v.pipe(v.string(), v.parseJson(), v.object({ probe: v.array(v.unknown()) }));

/** Milliseconds that each call takes, as on AWS. */
const took = { list: 300, invoke: 1_500, rules: 80 };
const after = async <T>(delay: number, answer: T): Promise<T> =>
  new Promise((resolve) => setTimeout(() => resolve(answer), delay));

beforeEach(() => {
  Object.assign(took, { list: 300, invoke: 1_500, rules: 80 });
  for (const client of [lambda, cloudFormation, eventBridge, logs, sts]) client.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:sts::111122223333:assumed-role/operator/lena' });
  cloudFormation
    .on(ListStackInstancesCommand)
    .callsFake(async ({ NextToken = '0' }: { readonly NextToken?: string }) => {
      const from = Number(NextToken);
      const next = from + 100 < places.length ? { NextToken: String(from + 100) } : {};
      return after(took.list, { Summaries: places.slice(from, from + 100), ...next });
    });
  lambda
    .on(GetFunctionConcurrencyCommand)
    .resolves({ ReservedConcurrentExecutions: 250 })
    .on(InvokeCommand)
    .callsFake(async ({ Payload }: { readonly Payload: Uint8Array }) => {
      const { probe } = v.parse(Sent, Buffer.from(Payload).toString());
      return after(took.invoke, { Payload: Buffer.from(JSON.stringify({ probed: probe })) });
    });
  eventBridge
    .on(ListRuleNamesByTargetCommand)
    .callsFake(async () => after(took.rules, { RuleNames: ['launches', 'starts'] }))
    .on(DescribeRuleCommand)
    .callsFake(async ({ Name }: { readonly Name: string }) =>
      after(took.rules, { State: 'ENABLED', EventPattern: Name }),
    )
    .on(TestEventPatternCommand)
    .callsFake(async ({ EventPattern, Event }: { readonly EventPattern: string; readonly Event: string }) =>
      after(took.rules, { Result: Event.includes(EventPattern === 'launches' ? 'RunInstances' : 'running') }),
    );
  logs
    .on(StartQueryCommand)
    .resolves({ queryId: 'query' })
    .on(GetQueryResultsCommand)
    .resolves({
      status: 'Complete',
      results: [
        [
          { field: '@timestamp', value: '2026-11-26 18:39:24.000' },
          { field: '@message', value: '{"account":"200000000000","region":"eu-west-1","eventId":"1"}' },
        ],
      ],
    });
});
afterEach(() => vi.useRealTimers());

/** Looks at all members, with a role of the operator's. */
async function look(notes: string[] = [], areAll = true) {
  const context = createCommandContext({ region: 'eu-west-1', role: 'auditor', stack: 'enforcer' });
  const members = (await readMembers({ organization: true }, context.connection)) ?? [];
  const parts: number[] = [];
  const note = (text: string) => void notes.push(text);
  const results = await lookAtMembers(context, hub, { members, areAll }, (part) => parts.push(part), note);
  return { results, parts };
}

/** Seconds that a look takes by a clock that stands still while this process works. */
async function timed(): Promise<Awaited<ReturnType<typeof look>> & { readonly seconds: number }> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] });
  const began = Date.now();
  const times: { ended?: number } = {};
  const looking = look().finally(() => (times.ended = Date.now()));
  while (times.ended === undefined) {
    await vi.advanceTimersToNextTimerAsync();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return Object.assign(await looking, { seconds: (times.ended - began) / 1_000 });
}

describe('1,700 accounts and regions', () => {
  test('are looked at in under two minutes, at the pace of AWS, with progress to the end', async () => {
    const { results, parts, seconds } = await timed();

    expect(seconds).toBeGreaterThan(15);
    expect(seconds).toBeLessThan(30);
    expect(results).toHaveLength(1_700);
    expect(results.filter(({ events, action }) => events.status !== 'ok' || action.status !== 'ok')).toEqual(
      [],
    );
    expect(results.filter(({ lastEvent }) => lastEvent !== undefined)).toMatchObject([
      { account: '200000000000', region: 'eu-west-1', lastEvent: Date.parse('2026-11-26T18:39:24Z') },
    ]);
    expect(parts).toEqual(parts.toSorted((one, other) => one - other));
    expect(parts.at(-1)).toBe(1);
    expect(lambda.commandCalls(InvokeCommand)).toHaveLength(2 * 34);
    expect(logs.commandCalls(StartQueryCommand)).toHaveLength(1);
  });

  test('are looked at in under two minutes where every batch has a place that does not answer', async () => {
    took.invoke = 10_500;

    const { seconds } = await timed();

    expect(seconds).toBeGreaterThan(90);
    expect(seconds).toBeLessThan(120);
  });
});

const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException', $metadata: {} });
const secondLook = secondLookOutputs.SecondLookFunctionName;
const invoked = () => lambda.commandCalls(InvokeCommand).map(({ args }) => args[0].input.FunctionName);
const actions = (results: Awaited<ReturnType<typeof look>>['results']) =>
  results.map(({ action }) => `${action.status} ${action.found}`);

describe('With few members', () => {
  beforeEach(() => {
    Object.assign(took, { list: 0, invoke: 0, rules: 0 });
    cloudFormation.on(ListStackInstancesCommand).resolves({ Summaries: places.slice(0, 2) });
  });

  test.each([
    ['EnforceNameTag', 'enforce', secondLook, /^EnforceNameTag is paused.* resume --yes/],
    ['SecondLook', secondLook, 'enforce', /^SecondLook has .* by hand.* delete-function-concurrency /],
  ])(
    '%s with reserved concurrency 0 is not asked, and nobody says that it can act',
    async (name, of, other, said) => {
      lambda
        .on(GetFunctionConcurrencyCommand, { FunctionName: of })
        .resolves({ ReservedConcurrentExecutions: 0 });
      const notes: string[] = [];

      const { results, parts } = await look(notes);

      expect(invoked()).toEqual([other]);
      expect(notes).toEqual([expect.stringMatching(said)]);
      expect(actions(results)).toEqual([
        expect.stringMatching(`^unknown .*${name}: Could not be asked: its reserved concurrency is 0`),
        expect.stringMatching(/^unknown /),
      ]);
      expect(parts.at(-1)).toBe(1);
    },
  );

  test('a function whose concurrency may not be read is not asked, and all else is told', async () => {
    lambda.on(GetFunctionConcurrencyCommand, { FunctionName: secondLook }).rejects(denied);
    const notes: string[] = [];

    const { results } = await look(notes);

    expect(invoked()).toEqual(['enforce']);
    expect(notes).toEqual([expect.stringMatching(/^SecondLook is not asked.*docs\/iam/)]);
    expect(actions(results)).toEqual([
      expect.stringMatching(/^unknown .*SecondLook: Could not be asked: You may not/),
      expect.stringMatching(/^unknown /),
    ]);
    expect(results.map(({ events }) => events.status)).toEqual(['ok', 'ok']);
  });

  test('who the caller is may not be known: then rules are not read, and all else is told', async () => {
    sts.on(GetCallerIdentityCommand).rejects(denied);
    const notes: string[] = [];

    const { results } = await look(notes);

    expect(notes).toEqual([expect.stringMatching(/^The rules of 2 accounts and regions could not be read/)]);
    expect(results.map(({ events }) => events.status)).toEqual(['ok', 'unknown']);
    expect(results.map(({ action }) => action.status)).toEqual(['ok', 'ok']);
  });

  test("the hub's own account and region are mended at the hub, and their rules are not looked at as a member's", async () => {
    cloudFormation
      .on(ListStackInstancesCommand)
      .resolves({ Summaries: [{ Account: '111122223333', Region: 'eu-west-1', Status: 'CURRENT' }] });
    const place = { account: '111122223333', region: 'eu-west-1' };
    const answer = JSON.stringify({ probed: [{ ...place, problem: 'UnauthorizedOperation: no' }] });
    lambda.on(InvokeCommand).callsFake(() => ({ Payload: Buffer.from(answer) }));

    const [result] = (await look([], false)).results;

    expect(result?.events.found).toBe("The hub's own");
    expect(result?.action.fix).toMatch(/^Put it back/);
    expect(eventBridge.calls()).toEqual([]);
  });

  test('what is no failure of AWS ends the look', async () => {
    lambda.on(GetFunctionConcurrencyCommand).rejects(new TypeError('a defect'));

    await expect(look()).rejects.toThrow('a defect');
  });

  test('events from where no member is are told of, when no member was left out', async () => {
    cloudFormation.on(ListStackInstancesCommand).resolves({ Summaries: places.slice(1, 3) });
    const [all, some]: [string[], string[]] = [[], []];

    await look(all);
    await look(some, false);

    expect(all).toEqual([expect.stringContaining('200000000000 eu-west-1')]);
    expect(some).toEqual([]);
  });

  test('a log that may not be asked keeps nothing else from being told', async () => {
    logs.on(StartQueryCommand).rejects(denied);
    const notes: string[] = [];

    const { results } = await look(notes);

    expect(notes).toEqual([expect.stringMatching(/^When events last came is not known/)]);
    expect(results.map(({ events }) => events.status)).toEqual(['ok', 'ok']);
  });

  test('the rules of a member that cannot be read are unknown, and those of others are told', async () => {
    eventBridge.on(ListRuleNamesByTargetCommand).rejectsOnce(denied).resolves({ RuleNames: [] });
    logs.on(GetQueryResultsCommand).resolves({ status: 'Complete', results: [] });

    const { results } = await look();

    expect(results.map(({ events }) => events.status).toSorted()).toEqual(['fail', 'unknown']);
  });
});
