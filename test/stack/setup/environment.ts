import { environment as environmentIn } from '../../../src/local/aws/environment.ts';

export { account, credentials } from '../../../src/local/aws/environment.ts';

const regions = ['us-east-1', 'us-west-2', 'eu-central-1'];

/**
 * Region of this worker's tests. Test files that run at the same time have each their own, since the rule of a stack
 * takes every launch of its region.
 */
export const region = regions[Number(process.env['VITEST_POOL_ID'] ?? 1) % regions.length] ?? 'us-east-1';

/** Environment for a command of a test, which sees next to nothing of the one outside. */
export function environment(endpoints: { readonly aws?: string; readonly ec2?: string }): NodeJS.ProcessEnv {
  return environmentIn(region, endpoints);
}
