import { loadSharedConfigFiles } from '@smithy/core/config';

/**
 * Names of the profiles in the shared configuration files, as the SDK reads them. `default` is always there: without
 * settings, it is what the environment says. https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export async function readProfileNames(): Promise<ReadonlySet<string>> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  return new Set(['default', ...Object.keys(configFile), ...Object.keys(credentialsFile)]);
}
