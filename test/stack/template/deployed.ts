import { exampleStack } from '../../support/cloudformation/example-stack.ts';
import { at, list } from '../../support/cloudformation/json.ts';
import { transformedTemplate } from './transformed-template.ts';

/** What CloudFormation deploys, and how it stands with every parameter at its default. */
export const template = transformedTemplate();
export const stack = exampleStack(template);

/** Policies of the function's role, and of the dead-letter queue. */
export const identityPolicies = list(at(stack.resources['EnforceNameTagRole'], 'Policies')).map((policy) =>
  at(policy, 'PolicyDocument'),
);
export const resourcePolicy = at(stack.resources['DeadLetterQueuePolicy'], 'PolicyDocument');

/** Logical ids of the resources of a type. */
export function ofType(type: string): string[] {
  return Object.entries(template.Resources).flatMap(([id, { Type }]) => (Type === type ? [id] : []));
}
