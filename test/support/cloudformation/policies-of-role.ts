import type { ExampleStack } from './example-stack.ts';
import { at, type Json, list } from './json.ts';

/** The policies of a role: its own, and those that it shares with others. */
export function policiesOfRole({ resources }: Pick<ExampleStack, 'resources'>, role: string): Json[] {
  const shared = [resources['EnforcementPolicy'], resources['NamingPolicy']].filter(
    (policy) => policy !== undefined && list(at(policy, 'Roles')).includes(role),
  );
  return [
    ...list(resources[role]?.['Policies']).map((policy) => at(policy, 'PolicyDocument')),
    ...shared.map((policy) => at(policy, 'PolicyDocument')),
  ];
}
