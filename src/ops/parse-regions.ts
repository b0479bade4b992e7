import { regionName } from '../enforcer/region-name.ts';
import { OpsError } from './errors.ts';

/** @throws OpsError when one is not of the form of a region */
export function parseRegions(text: string): readonly string[] {
  const regions = text.split(',').map((region) => region.trim());
  const wrong = regions.find((region) => !regionName.test(region));
  if (wrong === undefined) return [...new Set(regions)];
  throw new OpsError(`Expected regions such as eu-west-1,us-east-1, found ${JSON.stringify(wrong)}.`);
}
