import { isForeign } from '../enforcer/fleets.ts';
import type { Home } from '../enforcer/launch.ts';
import type { Notifier } from './notifier.ts';

/**
 * Tells a hub's own people of each launch, and those of the member that it is of. What comes of the one is nothing to the
 * other: each tries again, and remembers whom it told, by itself. A launch of the hub's own account and region is told of
 * once.
 */
export function tellMembersToo(own: Notifier, inMembers: Notifier, home: Home): Notifier {
  return {
    async notify(source, ...rest) {
      if (!isForeign(source, home)) return own.notify(source, ...rest);
      const [ofHub, ofMember] = await Promise.all([
        own.notify(source, ...rest),
        inMembers.notify(source, ...rest),
      ]);
      return [
        ...ofHub,
        ...ofMember.map(({ delivery, instances }) => ({ bus: 'member' as const, delivery, instances })),
      ];
    },
  };
}
