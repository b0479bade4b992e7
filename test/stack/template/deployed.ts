import { exampleStack } from '../../support/cloudformation/example-stack.ts';
import { at } from '../../support/cloudformation/json.ts';
import { policiesOfRole } from '../../support/cloudformation/policies-of-role.ts';
import { transformedTemplate } from './transformed-template.ts';

/** What CloudFormation deploys, and how it stands with every parameter at its default. */
export const template = transformedTemplate();
export const stack = exampleStack(template);

/** Policies of the role of the function for launches, and of the dead-letter queue. */
export const identityPolicies = policiesOfRole(stack, 'EnforceNameTagRole');
export const resourcePolicy = at(stack.resources['DeadLetterQueuePolicy'], 'PolicyDocument');

/** Logical ids of the resources of a type. */
export function ofType(type: string): string[] {
  return Object.entries(template.Resources).flatMap(([id, { Type }]) => (Type === type ? [id] : []));
}
