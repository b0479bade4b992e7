import * as v from 'valibot';

/**
 * What an event merely shows, and nothing is killed for: where it is missing or of another form, it is not shown.
 * The live tags decide then, so a form of CloudTrail's that is new to us costs a call and loses nothing.
 */
export function shown<const S extends v.GenericSchema>(schema: S) {
  return v.fallback(v.optional(schema), undefined);
}

/**
 * Who made a call, as CloudTrail records it.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export const UserIdentity = v.object({
  arn: shown(v.string()),
  principalId: shown(v.string()),
  accountId: shown(v.string()),
  invokedBy: shown(v.string()),
});

/** ARN of who made a call, or the nearest to one that is known: a principal id, or the name of a service. */
export function launcherOf(identity: v.InferOutput<typeof UserIdentity> | undefined): string | undefined {
  return identity?.arn ?? identity?.principalId ?? identity?.invokedBy;
}
