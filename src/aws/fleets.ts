import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { CallFailed, InstanceFleet, OutOfTime } from '../enforcer/fleet.ts';
import type { MemberFleets } from '../enforcer/fleets.ts';
import type { Home } from '../enforcer/launch.ts';
import { oneAttempt } from './attempt.ts';
import { createEc2Fleet } from './ec2-fleet.ts';
import { MemberSessions } from './member-sessions.ts';
import type { Hub, OpenSession } from './member-sessions.ts';
import { ec2Limits } from './on-demand.ts';
import { Recent } from './recent.ts';

/** Clients of EC2 that are held. To make one takes a millisecond; what takes longer, its connections, they share. */
const MOST_CLIENTS = 200;

/** A client, and the session that it asks with: the one opened last. */
interface Client {
  readonly fleet: InstanceFleet;
  credentials: OpenSession['credentials'];
}

/**
 * The fleets of an organization's members, through the AWS SDK: each with the member's own role. Make them once and keep
 * them.
 *
 * A member that refuses makes the call fail, and not as one that another try at once may help.
 *
 * @param endpointUrl where EC2 is, when it is not at its usual address
 */
export function createMemberFleets(hub: Hub, endpointUrl: string | undefined): MemberFleets {
  const sessions = new MemberSessions(hub);
  const clients = new Recent<Client>(MOST_CLIENTS);
  // Of all clients: those of a region share connections, and nothing is left open when a client is let go.
  const requestHandler = new NodeHttpHandler(oneAttempt.requestHandler);

  const clientOf = ({ account, region }: Home, credentials: OpenSession['credentials']): Client => {
    const key = `${account} ${region}`;
    const held = clients.get(key);
    if (held !== undefined) {
      held.credentials = credentials;
      return held;
    }
    const client: Client = {
      credentials,
      fleet: createEc2Fleet(endpointUrl, {
        region,
        requestHandler,
        credentials: async () => client.credentials,
      }),
    };
    clients.set(key, client);
    return client;
  };

  return (place, source) => {
    const ask = async <T>(
      deadline: number,
      call: (fleet: InstanceFleet) => Promise<T>,
    ): Promise<T | CallFailed | OutOfTime> => {
      const session = await sessions.open(place.account, source, deadline);
      return session.kind === 'open' ? call(clientOf(place, session.credentials).fleet) : session;
    };
    return {
      limits: ec2Limits,
      describe: async (ids, deadline) => ask(deadline, async (fleet) => fleet.describe(ids, deadline)),
      find: async (reference, deadline) => ask(deadline, async (fleet) => fleet.find(reference, deadline)),
      findDown: async (groups, deadline) => ask(deadline, async (fleet) => fleet.findDown(groups, deadline)),
      terminate: async (ids, deadline) => ask(deadline, async (fleet) => fleet.terminate(ids, deadline)),
      name: async (id, name, deadline) => ask(deadline, async (fleet) => fleet.name(id, name, deadline)),
    };
  };
}
