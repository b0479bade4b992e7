/**
 * Stands in the bundle for the AWS SDK's import of `node:fs/promises`, with which it looks for settings in
 * `~/.aws/config` and `~/.aws/credentials`. Lambda has neither: the function's settings are its environment. To load
 * the module and look in vain takes a twentieth of the SDK's first call.
 */
export async function readFile(): Promise<never> {
  throw new Error('The bundle reads no shared configuration files.');
}
