import type { MemberFleets } from '../enforcer/fleets.ts';
import type { EventBus } from '../notices/notifier.ts';
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
}

/** @param endpointUrl where EC2 is, when it is not at its usual address */
export function createMembers(hub: Hub, endpointUrl: string | undefined): Members {
  const sessions = new MemberSessions(hub);
  return {
    fleets: createMemberFleets(sessions, endpointUrl),
    busOf: (create) => createMemberBus(sessions, hub.stack, create),
  };
}
