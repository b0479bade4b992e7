import {
  DeleteFunctionConcurrencyCommand,
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  ListTagsCommand,
  PutFunctionConcurrencyCommand,
  ResourceInUseException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EnforcerSwitch, SwitchError } from '../../src/aws/enforcer-switch.ts';
import { mockClient } from '../support/mock-client.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const lambda = mockClient(LambdaClient);
const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:enforce';
const mappingId = '6c7c2f6e-0000-4000-8000-000000000001';
const busy = new ResourceInUseException({ message: 'Updating', $metadata: {} });

beforeEach(() => {
  lambda.reset();
  lambda.onAnyCommand().resolves({});
  vi.stubEnv('AWS_REGION', 'eu-west-1');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const clock = new VirtualClock({ now: 0 });
const switchOf = (reservedConcurrency: number | undefined = 5): EnforcerSwitch =>
  new EnforcerSwitch({ functionArn, mappingId, reservedConcurrency }, clock);
const inputsOf = (command: Parameters<typeof lambda.commandCalls>[0]) =>
  lambda.commandCalls(command).map(({ args: [{ input }] }): unknown => input);
const failureOf = async (work: Promise<void>): Promise<SwitchError | undefined> =>
  clock.run(
    work.then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof SwitchError) return error;
        throw error;
      },
    ),
  );

describe('To switch off', () => {
  test('takes all concurrency, stops the mapping, and says when and why', async () => {
    await switchOf().off('2026-11-26T14:51:33.000Z alarm rang');

    expect(inputsOf(PutFunctionConcurrencyCommand)).toEqual([
      { FunctionName: functionArn, ReservedConcurrentExecutions: 0 },
    ]);
    expect(inputsOf(UpdateEventSourceMappingCommand)).toEqual([{ UUID: mappingId, Enabled: false }]);
    expect(inputsOf(TagResourceCommand)).toEqual([
      {
        Resource: functionArn,
        Tags: { 'name-tag-enforcer:paused': '2026-11-26T14:51:33.000Z alarm rang' },
      },
    ]);
  });

  test('writes a reason of any characters and length as a tag takes it', async () => {
    await switchOf().off(`"why"\n<b>${'é网'.repeat(200)}`);

    const [{ Tags = {} } = {}] = lambda
      .commandCalls(TagResourceCommand)
      .map(({ args: [{ input }] }) => input);
    const [value = ''] = Object.values(Tags);
    expect(value).toMatch(/^-why---b-é网/);
    expect(value).toHaveLength(256);
  });

  test('waits for a mapping that is being updated', async () => {
    lambda.on(UpdateEventSourceMappingCommand).rejectsOnce(busy).rejectsOnce(busy).resolves({});

    await clock.run(switchOf().off('why'));

    expect(inputsOf(UpdateEventSourceMappingCommand)).toHaveLength(3);
  });

  test('does all that can be done, and names what could not', async () => {
    lambda.on(PutFunctionConcurrencyCommand).rejects(new Error('throttled'));
    lambda.on(UpdateEventSourceMappingCommand).rejects(busy);

    const error = await failureOf(switchOf().off('why'));

    expect(error?.name).toBe('SwitchError');
    expect(error?.message).toContain(
      'failed at 2 of them: Error: throttled; ResourceInUseException: Updating',
    );
    expect(error?.cause).toBeInstanceOf(AggregateError);
    expect(inputsOf(TagResourceCommand)).toHaveLength(1);
  });
});

describe('To switch on', () => {
  test('reserves what the stack reserves, starts the mapping, and takes the tag away', async () => {
    await switchOf(7).on();

    expect(inputsOf(PutFunctionConcurrencyCommand)).toEqual([
      { FunctionName: functionArn, ReservedConcurrentExecutions: 7 },
    ]);
    expect(inputsOf(UpdateEventSourceMappingCommand)).toEqual([{ UUID: mappingId, Enabled: true }]);
    expect(inputsOf(UntagResourceCommand)).toEqual([
      { Resource: functionArn, TagKeys: ['name-tag-enforcer:paused'] },
    ]);
  });

  test('reserves nothing where the stack reserves nothing', async () => {
    await new EnforcerSwitch({ functionArn, mappingId, reservedConcurrency: undefined }, clock).on();

    expect(inputsOf(DeleteFunctionConcurrencyCommand)).toEqual([{ FunctionName: functionArn }]);
    expect(inputsOf(PutFunctionConcurrencyCommand)).toEqual([]);
  });
});

test.each([
  [{}, { State: 'Enabled' }, {}, { launches: true, secondLooks: true, mark: undefined }],
  [
    { ReservedConcurrentExecutions: 5 },
    { State: 'Disabled' },
    {},
    { launches: true, secondLooks: false, mark: undefined },
  ],
  [
    { ReservedConcurrentExecutions: 0 },
    { State: 'Disabling' },
    { Tags: { 'name-tag-enforcer:paused': 'why' } },
    { launches: false, secondLooks: false, mark: 'why' },
  ],
])('The state is what AWS shows: %j, %j, %j', async (concurrency, mapping, tags, state) => {
  lambda.on(GetFunctionConcurrencyCommand).resolves(concurrency);
  lambda.on(GetEventSourceMappingCommand).resolves(mapping);
  lambda.on(ListTagsCommand).resolves(tags);

  expect(await switchOf().state()).toEqual(state);
});
