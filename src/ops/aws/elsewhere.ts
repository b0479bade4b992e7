import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Home } from '../../enforcer/launch.ts';
import { OpsError } from '../errors.ts';
import { explainFailure } from '../explain-failure.ts';
import { readFailure } from './failure.ts';
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

/** Milliseconds for which a role that refused is not asked for again: each region of the account would. */
const REFUSED_FOR = 60_000;

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
    const { Credentials } = await sts
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'name-tag-enforcer-ops' }))
      .catch((error: unknown) => {
        throw ofCaller(error) ?? error;
      });
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
    // Whoever comes meanwhile waits for the same.
    const session = { opening: assume(account), usableUntil: Infinity };
    sessions.set(account, session);
    try {
      const { expiration } = await session.opening;
      session.usableUntil = expiration.getTime() - KEPT_BACK;
    } catch (error) {
      session.usableUntil = isTransient(error) ? 0 : Date.now() + REFUSED_FOR;
    }
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

/** What is wrong with the caller's own credentials, which say who asks for a role: no account is at fault. */
function ofCaller(error: unknown): OpsError | undefined {
  const kind = readFailure(error)?.kind;
  if (kind !== 'no-credentials' && kind !== 'expired-credentials' && kind !== 'bad-credentials')
    return undefined;
  return new OpsError(explainFailure(error) ?? String(error), { cause: error });
}

function isTransient(error: unknown): boolean {
  const kind = readFailure(error)?.kind;
  return kind === 'throttled' || kind === 'unreachable';
}
