import type { EventBus } from '../notices/notifier.ts';

/** The event bus, with its client loaded at the first notice: after the kill, which must not wait for it. */
export function createLazyEventBus(name: string, stack: string): EventBus {
  let loading: Promise<EventBus> | undefined;

  const load = async (): Promise<EventBus> => {
    const { createEventBus } = await import('./event-bus.ts');
    return createEventBus(name, stack);
  };

  return {
    async put(kills, deadline) {
      const current = (loading ??= load());
      try {
        return await (await current).put(kills, deadline);
      } catch (error) {
        // The next notice tries again to load it: the function may live on for hours.
        if (loading === current) loading = undefined;
        throw error;
      }
    },
  };
}
