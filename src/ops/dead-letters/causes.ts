import * as v from 'valibot';
import type { Contents, Origin } from './letter.ts';

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

/** The ids of the instances that the failure names, by reason; empty when it names none. */
export function instancesByReason({
  errorMessage = '',
}: Origin): Readonly<Record<string, readonly string[]>> {
  const failure = v.safeParse(FailureLine, lastLine(errorMessage));
  return failure.success ? failure.output.unsettled : {};
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

function causesOfError(type = '', text = '', contents: Contents): string[] {
  const failure = v.safeParse(FailureLine, lastLine(text));
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
