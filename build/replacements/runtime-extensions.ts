/**
 * Stands in the bundle for `resolveRuntimeExtensions` of an AWS SDK client: it takes the client's settings apart for
 * extensions to change, and puts them together again. The bundle's clients have none.
 */
export function resolveRuntimeExtensions<T>(settings: T, extensions: readonly unknown[]): T {
  if (extensions.length === 0) return settings;
  throw new Error(
    'The bundle has no runtime extensions: a client that needs them must change build/replace-modules.ts.',
  );
}
