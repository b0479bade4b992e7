import { readFailure, type Failure } from './aws/failure.ts';
import { OpsError } from './errors.ts';

/** What to do about a failed call to AWS. */
const advice: Readonly<Record<Failure['kind'], string>> = {
  'no-region':
    'No region is known that AWS could have. Give one with --region, or set AWS_REGION or AWS_DEFAULT_REGION.',
  'no-credentials':
    'Found no AWS credentials. Log in (`aws sso login`), name a profile with --profile, or set AWS_PROFILE.',
  'expired-credentials': 'The AWS credentials have expired. Log in again, for example with `aws sso login`.',
  'bad-credentials':
    'AWS does not accept these credentials. See who you are with `aws sts get-caller-identity`, and log in again.',
  denied: 'You may not do this. The policies that each command needs are in docs/iam/.',
  throttled: 'AWS kept throttling the calls. Nothing was lost; try again in a minute.',
  unreachable:
    'AWS did not answer. See whether the network, the proxy and the region (--region) are right, and AWS_ENDPOINT_URL if it is set.',
  missing: 'AWS no longer has what the stack names. See whether the stack was changed or deleted meanwhile.',
  other: 'AWS refused the call.',
};

/** One clear line for a failure that a person can act on; undefined for a defect of this tool. */
export function explainFailure(error: unknown): string | undefined {
  if (error instanceof OpsError) return error.message;
  const failure = readFailure(error);
  return failure && `${advice[failure.kind]} (${failure.detail})`;
}

/** What was told, or what a person can do about the failure that kept it from being told. */
type Told<T> =
  | { readonly kind: 'told'; readonly value: T }
  | { readonly kind: 'failed'; readonly said: string };

/**
 * Keeps a failure that a person can act on from ending the rest.
 *
 * @throws what is no such failure
 */
export async function unlessFailed<T>(telling: Promise<T>): Promise<Told<T>> {
  try {
    return { kind: 'told', value: await telling };
  } catch (error) {
    const said = explainFailure(error);
    if (said === undefined) throw error;
    return { kind: 'failed', said };
  }
}
