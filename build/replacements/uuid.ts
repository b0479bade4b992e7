/**
 * Stands in the bundle for the AWS SDK's making of version 4 UUIDs, with which it numbers its calls. It takes them from
 * the global `crypto`, for which Node loads all of Web Crypto; those of `node:crypto`, which signs the calls, are the same.
 */
export function bindV4(): () => string {
  return () => process.getBuiltinModule('node:crypto').randomUUID();
}
