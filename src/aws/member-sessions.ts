import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Credentials } from '@aws-sdk/client-sts';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { CallFailed, OutOfTime } from '../enforcer/fleet.ts';
import type { Home, LaunchSource } from '../enforcer/launch.ts';
import { attempt, oneAttempt } from './attempt.ts';
import { environmentCredentials } from './environment-credentials.ts';
import { oneLineOf } from './one-line.ts';
import { Recent } from './recent.ts';

/** The stack that acts in the members of its organization. */
export interface Hub extends Home {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  /** Name of the stack. */
  readonly stack: string;
  /** Name of the role that each member has for it. */
  readonly roleName: string;
}

/** A member's role, taken on: what is asked with in that account, in each region. */
export interface OpenSession {
  readonly kind: 'open';
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
    readonly expiration: Date;
  };
}

interface Held {
  readonly opening: Promise<OpenSession | CallFailed>;
  /** Epoch milliseconds. */
  usableUntil: number;
}

/**
 * Seconds, the longest that one role gets another for.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
const LASTS = 3_600;

/** Milliseconds before its end from which on a session is not used: what is signed with it has to arrive in time. */
const KEPT_BACK = 60_000;

/** Milliseconds for which a member that refuses is not asked again: a thousand launches in it are one call. */
const REFUSED_FOR = 60_000;

/** Milliseconds that STS has to answer. It does within a tenth of a second. */
const ATTEMPT = 3_000;

/** Sessions that are held. One takes some 2 kB. */
const MOST_SESSIONS = 1_000;

/**
 * Takes on the roles of members: once for all who ask at the same time, and again shortly before a session ends. Make it
 * once and keep it.
 */
export class MemberSessions {
  readonly #hub: Hub;
  readonly #sts: STSClient;
  readonly #held = new Recent<Held>(MOST_SESSIONS);

  /** @param requestHandler whose connections to STS it uses */
  constructor(hub: Hub, requestHandler: NodeHttpHandler) {
    this.#hub = hub;
    // By the endpoint of its region: such sessions are good in regions as well that have to be switched on first.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html
    this.#sts = new STSClient({
      ...oneAttempt,
      requestHandler,
      region: hub.region,
      credentials: environmentCredentials,
    });
  }

  /**
   * @param source launch that a session is opened for, if none is open
   * @param deadline epoch milliseconds
   */
  async open(
    account: string,
    source: LaunchSource,
    deadline: number,
  ): Promise<OpenSession | CallFailed | OutOfTime> {
    return attempt(Infinity, deadline, async () => this.#heldOrNew(account, source));
  }

  async #heldOrNew(account: string, source: LaunchSource): Promise<OpenSession | CallFailed> {
    const held = this.#held.get(account);
    if (held !== undefined && Date.now() < held.usableUntil) return held.opening;
    const session: Held = { opening: this.#assume(account, source), usableUntil: Infinity };
    this.#held.set(account, session);
    const opened = await session.opening;
    session.usableUntil = usableUntil(opened);
    return opened;
  }

  /** Not within the time of any caller: they share it. */
  async #assume(account: string, source: LaunchSource): Promise<OpenSession | CallFailed> {
    const { partition, roleName } = this.#hub;
    const role = `arn:${partition}:iam::${account}:role/${roleName}`;
    const command = new AssumeRoleCommand({
      RoleArn: role,
      DurationSeconds: LASTS,
      RoleSessionName: sessionName(source),
      SourceIdentity: sourceIdentity(this.#hub),
    });
    const answer = await attempt(ATTEMPT, Infinity, async (abortSignal) =>
      readSession((await this.#sts.send(command, { abortSignal })).Credentials),
    );
    if (answer.kind === 'open') return answer;
    const { transient, detail } =
      answer.kind === 'call-failed' ? answer : { transient: true, detail: answer.kind };
    return {
      kind: 'call-failed',
      transient,
      detail: oneLineOf(`${role} did not let this stack in: ${detail}`),
    };
  }
}

function readSession(credentials: Credentials | undefined): OpenSession {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration)
    throw new Error('Expected STS to answer with credentials and their end, got some of it missing');
  return {
    kind: 'open',
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    },
  };
}

function usableUntil(opened: OpenSession | CallFailed): number {
  if (opened.kind === 'open') return opened.credentials.expiration.getTime() - KEPT_BACK;
  return opened.transient ? 0 : Date.now() + REFUSED_FOR;
}

/**
 * What CloudTrail in the member shows as the session's name: the launch that it was opened for. It serves all launches of
 * the account for an hour, of which this is the first.
 */
function sessionName({ eventId, reservationId }: LaunchSource): string {
  return plain(`first-${eventId ?? reservationId ?? 'second-look'}`);
}

/** What CloudTrail shows of who opened it, and whoever calls with it cannot change. */
function sourceIdentity({ stack, account, region }: Hub): string {
  const at = `@${account}.${region}`;
  return plain(stack.slice(0, LONGEST_NAME - at.length) + at);
}

/** Names have 2 to 64 of these characters: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const LONGEST_NAME = 64;

function plain(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_+=,.@-]/g, '-').slice(0, LONGEST_NAME);
}
