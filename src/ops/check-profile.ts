import { OpsError } from './errors.ts';

/**
 * Sees to it that the profile that was asked for exists. Of one that does not the SDK would only say that it found no
 * credentials.
 *
 * @param profile of --profile
 * @throws OpsError when there is no such profile
 */
export async function checkProfile(
  profile: string | undefined,
  { AWS_PROFILE: ofEnvironment }: NodeJS.ProcessEnv,
): Promise<void> {
  const wanted = profile ?? ofEnvironment;
  if (!wanted) return;
  // Who names no profile does not wait for the SDK's reader.
  const { readProfileNames } = await import('./aws/profiles.ts');
  const known = await readProfileNames();
  if (known.has(wanted)) return;
  const names = [...known].map((name) => `\`${name}\``).join(', ');
  throw new OpsError(
    `Expected ${profile === undefined ? 'AWS_PROFILE' : '--profile'} to name a profile of the shared AWS configuration, ` +
      `found no \`${wanted}\`. There is: ${names}. Make one with \`aws configure sso\` or \`aws configure\`.`,
  );
}
