import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { CallFailed, OutOfTime } from '../enforcer/fleet.ts';
import type { Home, LaunchSource } from '../enforcer/launch.ts';
import type { MemberSessions, OpenSession } from './member-sessions.ts';
import { Recent } from './recent.ts';

/** Clients of one service that are held. To make one takes a millisecond; what takes longer, its connections, they share. */
const MOST_CLIENTS = 200;

type Credentials = OpenSession['credentials'];

/** What a client of a member is made with. */
export interface MemberConnection {
  readonly region: string;
  readonly requestHandler: NodeHttpHandler;
  readonly credentials: () => Promise<Credentials>;
}

/** A client, and the session that it asks with: the one opened last. */
interface Held<Client> {
  readonly client: Client;
  credentials: Credentials;
}

/**
 * Calls a service in members: `call` gets the client of that account and region, which asks with the member's own role.
 *
 * @param source launch that it is for
 * @param deadline epoch milliseconds
 * @returns a failed call where the member does not let the stack in, and not one that another try at once may help
 */
export type InMember<Client> = <T>(
  place: Home,
  source: LaunchSource,
  deadline: number,
  call: (client: Client) => Promise<T>,
) => Promise<T | CallFailed | OutOfTime>;

/**
 * Keeps the clients of one service, one for each account and region. Make it once and keep it.
 *
 * @param requestHandler whose connections all of them share
 */
export function createMemberClients<Client>(
  sessions: MemberSessions,
  requestHandler: NodeHttpHandler,
  make: (connection: MemberConnection) => Client,
): InMember<Client> {
  const clients = new Recent<Held<Client>>(MOST_CLIENTS);

  const clientOf = ({ account, region }: Home, credentials: Credentials): Client => {
    const key = `${account} ${region}`;
    const known = clients.get(key);
    if (known !== undefined) {
      known.credentials = credentials;
      return known.client;
    }
    const held: Held<Client> = {
      credentials,
      client: make({ region, requestHandler, credentials: async () => held.credentials }),
    };
    clients.set(key, held);
    return held.client;
  };

  return async (place, source, deadline, call) => {
    const session = await sessions.open(place.account, source, deadline);
    return session.kind === 'open' ? call(clientOf(place, session.credentials)) : session;
  };
}
