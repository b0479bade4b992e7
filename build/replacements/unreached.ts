/*
 * Stand in the bundle for parts of the AWS SDK that it holds ready and this function never gets to: to read their code
 * would take part of each kill's cold start.
 */

/** For the retry mode `adaptive`: the function's clients have `standard`. */
export function AdaptiveRetryStrategy(): never {
  throw new UnreachedError('adaptive retries');
}

/** For SHA-256 where Node.js was built without cryptography. */
export function Sha256Js(): never {
  throw new UnreachedError('SHA-256 in JavaScript');
}

/** For the headers of signed event streams: no operation of the function streams. */
export class HeaderFormatter {
  format(): never {
    throw new UnreachedError('signed event streams');
  }
}

class UnreachedError extends Error {
  override readonly name = 'UnreachedError';

  constructor(part: string) {
    super(`The bundle has no ${part}: a client that needs them must change build/replace-modules.ts.`);
  }
}
