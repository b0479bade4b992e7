import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { MemberFleets } from '../enforcer/fleets.ts';
import { createEc2Fleet } from './ec2-fleet.ts';
import { createMemberClients } from './member-clients.ts';
import type { MemberSessions } from './member-sessions.ts';
import { ec2Limits } from './on-demand.ts';

/**
 * The fleets of an organization's members, through the AWS SDK: each with the member's own role. Make them once and keep
 * them.
 *
 * A member that refuses makes the call fail, and not as one that another try at once may help.
 *
 * @param requestHandler whose connections all of them share
 * @param endpointUrl where EC2 is, when it is not at its usual address
 */
export function createMemberFleets(
  sessions: MemberSessions,
  requestHandler: NodeHttpHandler,
  endpointUrl: string | undefined,
): MemberFleets {
  const inMember = createMemberClients(sessions, requestHandler, (connection) =>
    createEc2Fleet(endpointUrl, connection),
  );
  return (place, source) => ({
    limits: ec2Limits,
    describe: async (ids, deadline) =>
      inMember(place, source, deadline, async (fleet) => fleet.describe(ids, deadline)),
    find: async (reference, deadline) =>
      inMember(place, source, deadline, async (fleet) => fleet.find(reference, deadline)),
    findDown: async (groups, deadline) =>
      inMember(place, source, deadline, async (fleet) => fleet.findDown(groups, deadline)),
    terminate: async (ids, deadline) =>
      inMember(place, source, deadline, async (fleet) => fleet.terminate(ids, deadline)),
    name: async (id, name, deadline) =>
      inMember(place, source, deadline, async (fleet) => fleet.name(id, name, deadline)),
  });
}
