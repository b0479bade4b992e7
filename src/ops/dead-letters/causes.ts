import * as v from 'valibot';
import { groupKinds } from '../../enforcer/service-group.ts';
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

/**
 * A group as a failure names it. Whoever may send to the queue chooses the texts, and people paste the command that they are
 * in: the name is quoted there, and what it launches from is a plain word of EC2 or Kubernetes.
 */
const Group = v.object({
  kind: v.picklist(groupKinds),
  name: v.pipe(v.string(), v.regex(/^\P{C}{1,256}$/u)),
  launchesFrom: v.exactOptional(v.pipe(v.string(), v.regex(/^\w[\w.-]*$/))),
});

/** The last line of an error's message, as `Failure` of src/enforcer/errors.ts writes it. */
const FailureLine = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    error: v.string(),
    unsettled: v.optional(v.record(v.string(), v.array(v.string())), {}),
    groups: v.fallback(v.optional(v.array(Group), []), []),
    terminated: v.fallback(v.optional(v.array(v.string()), []), []),
  }),
);

type FailureLine = v.InferOutput<typeof FailureLine>;

/** What a failure of the enforcer's own tells programs; of another one, that it tells nothing. */
export function failureLine({ errorMessage = '' }: Pick<Origin, 'errorMessage'>): FailureLine {
  const line = errorMessage.slice(errorMessage.lastIndexOf('\n') + 1);
  return v.parse(v.fallback(FailureLine, { error: '', unsettled: {}, groups: [], terminated: [] }), line);
}

function causesOfError(type = '', text = '', contents: Contents): string[] {
  const { error, unsettled } = failureLine({ errorMessage: text });
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
  if (contents.kind === 'invalid') return ['invalid-event'];
  // https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
  if (type === 'Sandbox.Timedout' || text.includes('Task timed out after')) return ['timed-out'];
  return ['function-error'];
}
