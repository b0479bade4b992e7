const assumedRole = /^(arn:[^:]*:sts::\d*:assumed-role\/[^/]+)\/.*$/s;

/**
 * What launches are added up by: the ARN of who launched, without the name of the session, which may be a new one for
 * every launch. `arn:aws:sts::111122223333:assumed-role/deploy/build-1234` counts as `.../assumed-role/deploy`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
export function launcherGroup(launcher: string): string {
  return launcher.replace(assumedRole, '$1');
}
