import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { MemberFleets } from '../enforcer/fleets.ts';
import type { EventBus } from '../notices/notifier.ts';
import { oneAttempt } from './attempt.ts';
import type { createEventBus } from './event-bus.ts';
import { createMemberFleets } from './fleets.ts';
import { createMemberBus } from './member-bus.ts';
import { MemberSessions } from './member-sessions.ts';
import type { Hub } from './member-sessions.ts';

/** What a hub acts with in the members of its organization; all of it shares the sessions in them, one an account. */
export interface Members {
  readonly fleets: MemberFleets;
  /** @param create makes the client of EventBridge for one account and region, which is loaded for notices alone */
  busOf(create: typeof createEventBus): EventBus;
  /** Cuts all of its connections. */
  close(): void;
}

/** @param endpointUrl where EC2 is, when it is not at its usual address */
export function createMembers(hub: Hub, endpointUrl: string | undefined): Members {
  const { stack, account, region } = hub;
  // Of all clients: those of a region share connections, and nothing is left open when a client is let go.
  const requestHandler = new NodeHttpHandler(oneAttempt.requestHandler);
  const sessions = new MemberSessions(hub, requestHandler);
  return {
    fleets: createMemberFleets(sessions, requestHandler, endpointUrl),
    // A stack in the member may have the same name, and its rule takes its own notices by it.
    busOf: (create) => createMemberBus(sessions, requestHandler, `${stack}@${account}.${region}`, create),
    close: () => requestHandler.destroy(),
  };
}
