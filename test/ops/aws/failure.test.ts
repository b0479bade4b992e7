import { expect, test } from 'vitest';
import { readFailure } from '../../../src/ops/aws/failure.ts';

const error = (name: string, message = 'what AWS says', more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

test.each([
  ['no-region', error('Error', 'Region is missing')],
  ['no-region', error('Error', 'Region not accepted: region="" is not a valid hostname component.')],
  ['no-credentials', error('CredentialsProviderError', 'Could not load credentials from any providers')],
  [
    'expired-credentials',
    error('CredentialsProviderError', 'The SSO session has expired or is otherwise invalid'),
  ],
  ['expired-credentials', error('ExpiredTokenException')],
  ['expired-credentials', error('RequestExpired')],
  ['bad-credentials', error('InvalidClientTokenId')],
  ['bad-credentials', error('UnrecognizedClientException')],
  ['bad-credentials', error('InvalidSignatureException')],
  ['denied', error('AccessDenied')],
  ['denied', error('AccessDeniedException')],
  ['denied', error('com.amazonaws.sqs#AccessDeniedException')],
  ['denied', error('UnauthorizedOperation')],
  ['throttled', error('Throttling')],
  ['throttled', error('TooManyRequestsException')],
  ['throttled', error('RequestThrottled')],
  ['missing', error('ResourceNotFoundException')],
  ['missing', error('QueueDoesNotExist')],
  ['missing', error('AWS.SimpleQueueService.NonExistentQueue')],
  ['unreachable', error('TimeoutError')],
  ['unreachable', error('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' })],
  ['unreachable', error('Error', 'getaddrinfo ENOTFOUND', { code: 'ENOTFOUND' })],
  ['unreachable', new AggregateError([error('Error', '', { code: 'ECONNREFUSED' })], '')],
  ['unreachable', new Error('fetch failed', { cause: error('Error', '', { code: 'ECONNRESET' }) })],
  ['other', error('SomethingNewException', 'x', { $metadata: {} })],
])('%s: %s', (kind, failed) => {
  expect(readFailure(failed)?.kind).toBe(kind);
});

test.each([[new TypeError('a defect')], ['a text'], [undefined]])('%s is no failure of AWS', (thrown) => {
  expect(readFailure(thrown)).toBeUndefined();
});

test('the detail is one line of at most 300 characters', () => {
  const detail = readFailure(error('AccessDenied', `first\nsecond ${'x'.repeat(1000)}`))?.detail ?? '';

  expect(detail).toMatch(/^AccessDenied: first second x+\.\.\.$/);
  expect(detail).toHaveLength(300);
});
