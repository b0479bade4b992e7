import { InvalidSettingError, readConfig } from '../functions/config.ts';
import { OpsError } from './errors.ts';

/**
 * Reads tag keys as the function reads its setting of them, by the same code.
 *
 * @param keys separated by commas; empty for none
 * @throws OpsError when a key is blank or too long
 */
export function parseExemptTagKeys(keys: string): ReadonlySet<string> {
  try {
    return readConfig({ EXEMPT_TAG_KEYS: keys }).exemptTagKeys;
  } catch (error) {
    if (!(error instanceof InvalidSettingError)) throw error;
    const expected = 'Expected exempt tag keys of 1 to 128 characters, separated by single commas';
    throw new OpsError(`${expected}, found ${JSON.stringify(keys)}.`, { cause: error });
  }
}
