import { oneLineOf } from '../../aws/one-line.ts';

/** Why a call to AWS failed, as far as a person can do something about it. */
export type Failure = (
  | { readonly kind: 'no-region' }
  | { readonly kind: 'no-credentials' }
  | { readonly kind: 'expired-credentials' }
  | { readonly kind: 'bad-credentials' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'other' }
) & {
  /** The service's own words: error code and message, in one line. */
  readonly detail: string;
};

/**
 * Error names of the SDK and error codes of the services.
 * https://docs.aws.amazon.com/awssupport/latest/APIReference/CommonErrors.html
 */
const kinds: ReadonlyMap<string, Failure['kind']> = new Map([
  ['CredentialsProviderError', 'no-credentials'],
  ['TokenProviderError', 'expired-credentials'],
  ['ExpiredToken', 'expired-credentials'],
  ['ExpiredTokenException', 'expired-credentials'],
  ['RequestExpired', 'expired-credentials'],
  ['InvalidClientTokenId', 'bad-credentials'],
  ['UnrecognizedClientException', 'bad-credentials'],
  ['SignatureDoesNotMatch', 'bad-credentials'],
  ['InvalidSignatureException', 'bad-credentials'],
  ['AuthFailure', 'bad-credentials'],
  ['AccessDenied', 'denied'],
  ['AccessDeniedException', 'denied'],
  ['AuthorizationError', 'denied'],
  ['UnauthorizedOperation', 'denied'],
  ['Throttling', 'throttled'],
  ['ThrottlingException', 'throttled'],
  ['ThrottledException', 'throttled'],
  ['RequestLimitExceeded', 'throttled'],
  ['RequestThrottled', 'throttled'],
  ['TooManyRequestsException', 'throttled'],
  ['ResourceNotFoundException', 'missing'],
  ['QueueDoesNotExist', 'missing'],
  ['NonExistentQueue', 'missing'],
  ['NoSuchEntity', 'missing'],
  ['NoSuchEntityException', 'missing'],
  ['TimeoutError', 'unreachable'],
]);

/** Errors of Node.js that mean no answer came. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** What an error of an SDK client means; undefined for an error that is no answer of AWS and no lack of one. */
export function readFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const detail = oneLineOf(error);
  if (/^Region (?:is missing|not accepted)/.test(error.message)) return { kind: 'no-region', detail };
  if (error.name === 'CredentialsProviderError' && /expired/i.test(error.message))
    return { kind: 'expired-credentials', detail };
  const kind = kinds.get(error.name.replace(/^.*[.#]/, ''));
  if (kind !== undefined) return { kind, detail };
  if (hasUnreachableCode(error)) return { kind: 'unreachable', detail };
  return '$metadata' in error ? { kind: 'other', detail } : undefined;
}

/** Node.js wraps the attempts at several addresses of a host into one AggregateError. */
function hasUnreachableCode(error: Error): boolean {
  if ('code' in error && typeof error.code === 'string' && unreachable.has(error.code)) return true;
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return inner.some((cause) => cause instanceof Error && hasUnreachableCode(cause));
}
