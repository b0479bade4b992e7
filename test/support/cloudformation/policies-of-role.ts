import type { ExampleStack } from './example-stack.ts';
import { at, type Json, list } from './json.ts';

/** The policies of a role: its own, and those that it shares with others. */
export function policiesOfRole({ resources }: Pick<ExampleStack, 'resources'>, role: string): Json[] {
  const shared = ['EnforcementPolicy', 'NamingPolicy', 'HubPolicy'].flatMap((id) => resources[id] ?? []);
  return [
    ...list(resources[role]?.['Policies']).map((policy) => at(policy, 'PolicyDocument')),
    ...shared.filter((one) => list(at(one, 'Roles')).includes(role)).map((one) => at(one, 'PolicyDocument')),
  ];
}
