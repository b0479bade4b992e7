import type { Unsettled } from '../../enforcer/outcome.ts';
import type { Contents, Origin } from './dead-letter.ts';

/** Why an instance stays open, as the enforcer's errors name it. */
const reasons: Readonly<Record<Unsettled['reason'], true>> = {
  'out-of-time': true,
  'not-visible': true,
  unreadable: true,
  protected: true,
  denied: true,
  refused: true,
  'not-terminated': true,
};

/** What `--cause` takes, for the help; `undelivered` goes with EventBridge's own error code, for example `NO_PERMISSIONS`. */
export const knownCauses: readonly string[] = [
  'unsettled',
  ...Object.keys(reasons),
  'unlisted',
  'invalid-event',
  'timed-out',
  'expired',
  'undelivered',
  'function-error',
];

/** What a dead letter can be selected by, from general to particular; never empty. */
export function causesOf(origin: Origin, contents: Contents): string[] {
  switch (origin.from) {
    case 'rule':
      return ['undelivered', origin.errorCode];
    case 'function-dead-letter':
      return causesOfError(undefined, origin.errorMessage, contents);
    case 'function':
      if (origin.condition === 'EventAgeExceeded' && origin.errorMessage === undefined) return ['expired'];
      return causesOfError(origin.errorType, origin.errorMessage, contents);
  }
}

/**
 * By the error's text rather than its type: some runtimes put a type of their own into the record. The texts are
 * those of src/enforcer/errors.ts, which a test holds this to.
 */
function causesOfError(type = '', text = '', contents: Contents): string[] {
  const open = [
    ...new Set(
      Array.from(text.matchAll(/^i-[0-9a-f]+ (?:failed|deferred): ([a-z-]+)/gm), ([, reason = '']) => reason),
    ),
  ];
  const own = [
    ...(text.includes('of a launch that the event does not list') ? ['unlisted'] : []),
    ...(open.length > 0 ? ['unsettled', ...open] : []),
  ];
  if (own.length > 0) return own;
  if (contents.kind === 'invalid') return ['invalid-event'];
  // https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
  if (type === 'Sandbox.Timedout' || /Task timed out after/.test(text)) return ['timed-out'];
  return ['function-error'];
}
