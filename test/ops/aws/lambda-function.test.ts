import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createInvocableFunction } from '../../../src/ops/aws/lambda-function.ts';
import { startAwsServer, type AwsAnswer, type AwsServer } from '../../support/aws-server.ts';

let server: AwsServer;
let answers: AwsAnswer[];

beforeEach(async () => {
  answers = [];
  server = await startAwsServer(() => answers.shift() ?? { status: 500, body: '{}' });
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const invoke = async (event: string) =>
  createInvocableFunction({ region: 'eu-west-1' }, 'enforce').invoke(event);

test('invokes and waits, with the event as it is', async () => {
  answers = [{ body: '{"launch":{"kind":"ö"}}' }];

  expect(await invoke(' {"a":"ö"} ')).toEqual({ kind: 'returned', payload: '{"launch":{"kind":"ö"}}' });
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]).toMatchObject({
    body: ' {"a":"ö"} ',
    headers: { 'x-amz-invocation-type': 'RequestResponse' },
  });
  expect(server.requests[0]?.url.pathname).toBe('/2015-03-31/functions/enforce/invocations');
});

describe('a failure tells', () => {
  test.each([
    [
      'the error that the function threw',
      '{"errorType":"UnsettledInstancesError","errorMessage":"i-1 failed","trace":[]}',
      { errorType: 'UnsettledInstancesError', errorMessage: 'i-1 failed' },
    ],
    [
      'a time-out, which has no type',
      '{"errorMessage":"Task timed out after 60.00 seconds"}',
      { errorType: 'Error', errorMessage: 'Task timed out after 60.00 seconds' },
    ],
    ['what is not understood, as it is', 'oops', { errorType: 'Error', errorMessage: 'oops' }],
  ])('%s', async (_, body, expected) => {
    answers = [{ body, headers: { 'x-amz-function-error': 'Unhandled' } }];

    expect(await invoke('{}')).toEqual({ kind: 'failed', ...expected });
  });
});

test('a throttled call is made again', async () => {
  const throttled = {
    status: 429,
    headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
    body: '{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}',
  };
  answers = [throttled, throttled, { body: '"done"' }];

  expect(await invoke('{}')).toEqual({ kind: 'returned', payload: '"done"' });
  expect(server.requests).toHaveLength(3);
});

test('a call that is denied is not, and fails as AWS says', async () => {
  answers = [
    { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: '{"Message":"no"}' },
  ];

  await expect(invoke('{}')).rejects.toThrow(expect.objectContaining({ name: 'AccessDeniedException' }));
  expect(server.requests).toHaveLength(1);
});
