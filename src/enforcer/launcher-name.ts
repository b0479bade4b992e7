/**
 * A short name for a launcher, for people: `lena` for `arn:aws:iam::111122223333:user/staff/lena`.
 *
 * Of a role it is role and session, since either alone may say nothing. A role of IAM Identity Center has the person
 * as its session, and a name that tells nobody anything.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 *
 * @param launcher an ARN, or what is nearest to one: a principal id or the name of a service
 */
export function launcherName(launcher: string | undefined): string {
  if (launcher === undefined || launcher === '') return 'unknown';
  const [, , service, , account, ...rest] = launcher.split(':');
  if (!launcher.startsWith('arn:') || rest.length === 0) {
    // A principal id of a role ends in its session, as in `AROAEXAMPLE:session`.
    return launcher.slice(launcher.indexOf(':') + 1) || launcher;
  }
  const [kind, ...path] = rest.join(':').split('/');
  const last = path.at(-1) ?? '';
  if (kind === 'root') return `root user of ${account}`;
  if (service === 'sts' && kind === 'assumed-role' && !path[0]?.startsWith('AWSReservedSSO_')) {
    return path.join('/') || launcher;
  }
  return last || launcher;
}
