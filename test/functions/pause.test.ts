import {
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  ListTagsCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readPauseConfig } from '../../src/functions/pause-config.ts';
import { readPauseRequest } from '../../src/functions/pause-request.ts';
import { mockClient } from '../support/mock-client.ts';
import { catchStandardOutput } from '../support/standard-output.ts';
import { context } from '../support/use-handler.ts';

const settings = {
  ENFORCER_FUNCTION_ARN: 'arn:aws:lambda:eu-west-1:111122223333:function:enforce',
  RESERVED_CONCURRENCY: '5',
  SECOND_LOOK_MAPPING_ID: '6c7c2f6e-0000-4000-8000-000000000001',
  STACK_NAME: 'enforcer',
};
const alarm = {
  source: 'aws.cloudwatch',
  alarmArn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:storm',
  alarmData: {
    alarmName: 'storm',
    state: { value: 'ALARM', reason: 'Threshold Crossed', timestamp: '2026-11-26T14:51:33.000+0000' },
    previousState: { value: 'OK' },
  },
};
const deployed = {
  'detail-type': 'CloudFormation Stack Status Change',
  source: 'aws.cloudformation',
  detail: { 'stack-id': 'arn:aws:cloudformation:eu-west-1:111122223333:stack/enforcer/1' },
};

/** A stack in memory, as Lambda shows it. */
const lambda = mockClient(LambdaClient);
let concurrency: number | undefined;
let mapping: 'Enabled' | 'Disabled';
let tags: Record<string, string>;
let written: string[];

beforeEach(() => {
  concurrency = 5;
  mapping = 'Enabled';
  tags = {};
  written = [];
  lambda.reset();
  lambda
    .on(GetFunctionConcurrencyCommand)
    .callsFake(() => ({ ReservedConcurrentExecutions: concurrency }))
    .on(GetEventSourceMappingCommand)
    .callsFake(() => ({ State: mapping }))
    .on(ListTagsCommand)
    .callsFake(() => ({ Tags: { ...tags } }))
    .on(PutFunctionConcurrencyCommand)
    .callsFake((input: { ReservedConcurrentExecutions: number }) => {
      concurrency = input.ReservedConcurrentExecutions;
    })
    .on(UpdateEventSourceMappingCommand)
    .callsFake((input: { Enabled: boolean }) => {
      mapping = input.Enabled ? 'Enabled' : 'Disabled';
    })
    .on(TagResourceCommand)
    .callsFake((input: { Tags: Record<string, string> }) => {
      tags = { ...tags, ...input.Tags };
    })
    .on(UntagResourceCommand)
    .callsFake(() => {
      tags = {};
    });
  for (const [name, value] of Object.entries({ ...settings, AWS_REGION: 'eu-west-1' }))
    vi.stubEnv(name, value);
  catchStandardOutput((line) => written.push(line));
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function invoke(event: unknown): Promise<unknown> {
  const { handler } = await import('../../src/functions/pause.ts');
  return handler(event, context());
}

const isPaused = (): boolean => concurrency === 0 && mapping === 'Disabled';

describe('Pause', () => {
  test('pauses all when the alarm rings, and says so in the log, the metrics and the tag', async () => {
    const answer = await invoke(alarm);

    expect(answer).toMatchObject({ state: 'paused', changed: true });
    expect(isPaused()).toBe(true);
    expect(tags['name-tag-enforcer:paused']).toMatch(/^\d{4}-.*Z alarm storm: Threshold Crossed$/);
    expect(written.map((line): unknown => JSON.parse(line))).toMatchObject([
      { message: 'paused', reason: 'alarm storm: Threshold Crossed', Pauses: 1, stack: 'enforcer' },
    ]);
  });

  test('changes nothing when the alarm is over: a person resumes', async () => {
    await invoke(alarm);

    const over = { ...alarm, alarmData: { ...alarm.alarmData, state: { value: 'OK' } } };

    expect(await invoke(over)).toMatchObject({ state: 'paused', changed: false });
    expect(isPaused()).toBe(true);
  });

  test('twice keeps the first reason', async () => {
    await invoke({ action: 'pause', reason: 'first' });

    const again = await invoke({ action: 'pause', reason: 'second' });

    expect(again).toMatchObject({ state: 'paused', changed: false });
    expect(tags['name-tag-enforcer:paused']).toContain('first');
  });

  test('pauses whole what is paused in part', async () => {
    concurrency = 0;

    expect(await invoke({ action: 'pause', reason: 'all of it' })).toMatchObject({ changed: true });
    expect(isPaused()).toBe(true);
  });

  test('resumes when a person asks', async () => {
    await invoke(alarm);

    const answer = await invoke({ action: 'resume', reason: 'named by now' });

    expect(answer).toMatchObject({ state: 'running', changed: true });
    expect({ concurrency, mapping, tags }).toEqual({ concurrency: 5, mapping: 'Enabled', tags: {} });
    expect(JSON.parse(written.at(-1) ?? '')).toMatchObject({ message: 'resumed', reason: 'named by now' });
  });

  test('leaves what runs as it is when asked to resume it', async () => {
    expect(await invoke({ action: 'resume', reason: 'why not' })).toMatchObject({
      state: 'running',
      changed: false,
    });
    expect(written).toEqual([]);
  });

  test('pauses again what a deployment has resumed, for the same reason', async () => {
    await invoke({ action: 'pause', reason: 'a storm' });
    concurrency = 5;

    const answer = await invoke(deployed);

    expect(answer).toMatchObject({ state: 'paused', changed: true });
    expect(isPaused()).toBe(true);
    expect(tags['name-tag-enforcer:paused']).toContain('a storm');
    expect(written.at(-1)).toContain('"message":"paused","reason":"again after a deployment: ');
  });

  test('does not pause what runs because of a deployment', async () => {
    expect(await invoke(deployed)).toMatchObject({ state: 'running', changed: false });
    expect(isPaused()).toBe(false);
  });
});

describe('A request to pause', () => {
  test.each([
    ['nothing', undefined, 'event'],
    ['no action', {}, 'action'],
    ['an unknown action', { action: 'stop', reason: 'why' }, 'action'],
    ['no reason', { action: 'pause' }, 'reason'],
    ['a blank reason', { action: 'pause', reason: '  ' }, 'reason'],
    ['a reason without end', { action: 'pause', reason: 'x'.repeat(4_001) }, 'reason'],
    ['an alarm of no state', { alarmData: { alarmName: 'storm' } }, 'alarmData.state'],
  ])('is refused with %s, by its path', (_, event, path) => {
    expect(() => readPauseRequest(event)).toThrow(`Expected \`${path}\` to be`);
  });
});

describe('The settings', () => {
  test('are those of the template', () => {
    expect(readPauseConfig(settings)).toMatchObject({ reservedConcurrency: 5, stackName: 'enforcer' });
    expect(
      readPauseConfig({ ...settings, RESERVED_CONCURRENCY: 'none' }).reservedConcurrency,
    ).toBeUndefined();
  });

  test.each([
    ['ENFORCER_FUNCTION_ARN', ''],
    ['ENFORCER_FUNCTION_ARN', 'enforce'],
    ['RESERVED_CONCURRENCY', '0'],
    ['RESERVED_CONCURRENCY', ''],
    ['SECOND_LOOK_MAPPING_ID', 'mapping'],
    ['STACK_NAME', '1st'],
  ])('%s may not be "%s"', (variable, value) => {
    expect(() => readPauseConfig({ ...settings, [variable]: value })).toThrow(
      `Expected the environment variable \`${variable}\` to be`,
    );
  });
});
