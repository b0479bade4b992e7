import * as v from 'valibot';
import { unsettledReasons } from '../../enforcer/outcome.ts';
import type { Contents, Origin } from './letter.ts';

/** What `--cause` takes, for the help; `undelivered` goes with EventBridge's own error code, for example `NO_PERMISSIONS`. */
export const knownCauses: readonly string[] = [
  'unsettled',
  ...unsettledReasons,
  'unlisted',
  'foreign-launch',
  'invalid-event',
  'timed-out',
  'expired',
  'undelivered',
  'never-finished',
  'function-error',
];

/** What a dead letter can be selected by, from general to particular; never empty. */
export function causesOf(origin: Origin, contents: Contents): string[] {
  switch (origin.from) {
    case 'rule':
      return ['undelivered', origin.errorCode];
    case 'second-look-queue':
      return contents.kind === 'invalid' ? ['never-finished', 'invalid-event'] : ['never-finished'];
    case 'function-dead-letter':
      return causesOfError(undefined, origin.errorMessage, contents);
    case 'function':
      if (origin.condition === 'EventAgeExceeded' && origin.errorMessage === undefined) return ['expired'];
      return causesOfError(origin.errorType, origin.errorMessage, contents);
  }
}

/** The last line of an error's message, as `Failure` of src/enforcer/errors.ts writes it. */
const FailureLine = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    error: v.string(),
    unsettled: v.optional(v.record(v.string(), v.array(v.string())), {}),
  }),
);

function causesOfError(type = '', text = '', contents: Contents): string[] {
  const failure = v.safeParse(FailureLine, text.slice(text.lastIndexOf('\n') + 1));
  if (failure.success) {
    const { error, unsettled } = failure.output;
    const open = Object.keys(unsettled).length > 0 ? ['unsettled', ...Object.keys(unsettled)] : [];
    switch (error) {
      case 'InvalidEventError':
        return ['invalid-event'];
      case 'ForeignLaunchError':
        return ['foreign-launch'];
      case 'UnlistedLaunchError':
        return ['unlisted', ...open];
      case 'UnsettledInstancesError':
        return open;
    }
  }
  if (contents.kind === 'invalid') return ['invalid-event'];
  // https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
  if (type === 'Sandbox.Timedout' || text.includes('Task timed out after')) return ['timed-out'];
  return ['function-error'];
}
