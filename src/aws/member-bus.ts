import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { EventBus } from '../notices/notifier.ts';
import type { createEventBus } from './event-bus.ts';
import { createMemberClients } from './member-clients.ts';
import type { MemberSessions } from './member-sessions.ts';

/**
 * The default event bus of the account and region that a launch is of, through the AWS SDK, with the member's own role:
 * so that the event is of that account, as any other of it. Make it once and keep it.
 *
 * @param requestHandler whose connections all clients share
 * @param stack whose notices they are
 * @param create makes the client of EventBridge for one account and region
 */
export function createMemberBus(
  sessions: MemberSessions,
  requestHandler: NodeHttpHandler,
  stack: string,
  create: typeof createEventBus,
): EventBus {
  const inMember = createMemberClients(sessions, requestHandler, (connection) =>
    create('default', stack, connection),
  );
  return {
    async put(content, deadline) {
      const { account, region } = content.source;
      if (account === undefined || region === undefined) {
        const detail = 'Expected a launch with its account and region, got one that does not tell both';
        return { kind: 'call-failed', transient: false, detail };
      }
      return inMember({ account, region }, content.source, deadline, async (bus) =>
        bus.put(content, deadline),
      );
    },
  };
}
