import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Home } from '../../enforcer/launch.ts';
import { OpsError } from '../errors.ts';
import { clientSettings, type Connection, type SessionCredentials } from './connection.ts';
import { readCallerArn } from './sts-caller.ts';

/** What calls are made with in other accounts and regions than that of the caller. */
export interface Elsewhere {
  /**
   * A connection to an account and region: with the caller's own credentials in the caller's account, elsewhere with those
   * of the role, which is taken on once for each account, at the first call.
   *
   * @returns undefined for another account, when no role was named
   */
  connectionTo(place: Home): Connection | undefined;
}

/** Milliseconds before its end from which on a session is not used. */
const KEPT_BACK = 60_000;

/**
 * @param roleName role that the caller may take on in each account; undefined when the caller named none
 * @throws the SDK's error when the caller has no credentials
 */
export async function createElsewhere(
  connection: Connection,
  roleName: string | undefined,
): Promise<Elsewhere> {
  const [, partition, , , ownAccount] = (await readCallerArn(connection)).split(':');
  const sts = new STSClient(clientSettings(connection));
  const sessions = new Map<string, { readonly opening: Promise<SessionCredentials>; usableUntil: number }>();

  async function assume(account: string): Promise<SessionCredentials> {
    const RoleArn = `arn:${partition}:iam::${account}:role/${roleName}`;
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'name-tag-enforcer-ops' }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration)
      throw new OpsError(`Expected STS to give credentials of ${RoleArn}, found some of it missing.`);
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  }

  async function sessionIn(account: string): Promise<SessionCredentials> {
    const held = sessions.get(account);
    if (held !== undefined && Date.now() < held.usableUntil) return held.opening;
    // Whoever comes meanwhile waits for the same. One that failed is not asked for again for each region.
    const session = { opening: assume(account), usableUntil: Infinity };
    sessions.set(account, session);
    session.usableUntil = (await session.opening).expiration.getTime() - KEPT_BACK;
    return session.opening;
  }

  return {
    connectionTo({ account, region }) {
      if (account === ownAccount) return { ...connection, region };
      if (roleName === undefined) return undefined;
      return { region, credentials: async () => sessionIn(account) };
    },
  };
}
