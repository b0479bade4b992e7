import { isForeign } from '../enforcer/fleets.ts';
import type { Home } from '../enforcer/launch.ts';
import type { Notifier } from './notifier.ts';

/**
 * Tells those of the member that a launch is of; nobody of a launch in the hub's own account and region. The hub's own people
 * are told by a notifier of their own: each tries again, and remembers whom it told, by itself.
 *
 * @param inMembers puts each notice on the bus of the member
 */
export function tellMembers(inMembers: Notifier, home: Home): Notifier {
  return {
    async notify(source, ...rest) {
      if (!isForeign(source, home)) return [];
      const told = await inMembers.notify(source, ...rest);
      return told.map(({ delivery, instances }) => ({ bus: 'member', delivery, instances }));
    },
  };
}
