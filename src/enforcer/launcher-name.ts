/** Of a role in use, its name and its session. */
const sessionOfRole = /:assumed-role\/([^/]+)\/(.+)/;
const rootUser = /:(\d{12}):root$/;
/** All before the last part of a path, or before the session in a principal id such as `AROAEXAMPLE:session`. */
const beforeName = /^.*[:/](?=.)/s;

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
  if (!launcher) return 'unknown';
  const [, account] = rootUser.exec(launcher) ?? [];
  if (account !== undefined) return `root user of ${account}`;
  const [, role, session] = sessionOfRole.exec(launcher) ?? [];
  if (role !== undefined && !role.startsWith('AWSReservedSSO_')) return `${role}/${session}`;
  return launcher.replace(beforeName, '');
}
