/**
 * Stands in the bundle for `@smithy/core/event-streams`, which the SDK imports when an operation streams events.
 * No EC2 operation does, so this is never loaded.
 */
throw new Error(
  'The bundle has no event streams: an operation that needs them must change build/replace-modules.ts.',
);
