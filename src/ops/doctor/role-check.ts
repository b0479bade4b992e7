import * as v from 'valibot';
import { createStackReader } from '../aws/cloudformation-stack.ts';
import type { Connection } from '../aws/connection.ts';
import { readRolePolicies, type RolePolicies } from '../aws/iam-role.ts';
import { createFunctionSettings } from '../aws/lambda-settings.ts';
import type { Stack } from '../stack.ts';
import { stackParts } from '../stack-parts.ts';
import type { FunctionParts } from '../stack-parts.ts';
import { UNDO_DRIFT, fail, ok, type Check, type CheckResult } from './check.ts';
import { comparePolicies } from './compare-policies.ts';
import { expectedPolicies } from './expected-policies.ts';
import { placeOf } from '../place.ts';
import { AnyJson, UnresolvedError, type Json } from './resolve-intrinsics.ts';

/**
 * Whether a role has drifted from the template: the template that this stack was deployed with, as CloudFormation
 * keeps it, since a checkout may be newer or older. CloudFormation's own drift detection is not asked: it looks at
 * what the template sets and at nothing else, so it does not see a managed policy that was attached by hand.
 */
export function roleChecks(connection: Connection, stack: Stack): Check[] {
  const { launches, secondLook } = stackParts(stack);
  const checks = [roleCheck('EnforceNameTag', launches, connection, stack)];
  if (secondLook !== undefined) checks.push(roleCheck('SecondLook', secondLook, connection, stack));
  return checks;
}

function roleCheck(
  name: string,
  { functionName, roleName, roleArn }: FunctionParts,
  connection: Connection,
  stack: Stack,
): Check {
  return {
    name: `The role of ${name} is as in the template`,
    async look() {
      const configuration = await createFunctionSettings(connection, functionName).configuration();
      if (configuration.roleArn !== roleArn) {
        return fail(`The function runs with another role: ${configuration.roleArn ?? 'none'}`, UNDO_DRIFT);
      }
      const reader = createStackReader(connection, stack.name);
      const [template, resources] = await Promise.all([reader.template(), reader.resources()]);
      try {
        const expected = expectedPolicies(template, resources, roleName, stack, placeOf(stack));
        const shared = resources.flatMap(({ type, physicalId }) =>
          type === 'AWS::IAM::ManagedPolicy' ? [physicalId] : [],
        );
        return judgeRole(roleName, expected, await readRolePolicies(connection, roleName), shared);
      } catch (error) {
        if (error instanceof UnresolvedError) return { status: 'unknown', found: error.message };
        throw error;
      }
    },
  };
}

const Document = v.pipe(v.string(), v.parseJson(), AnyJson);

/**
 * @param shared ARNs of the managed policies that the stack has for each of its roles
 */
export function judgeRole(
  roleName: string,
  expected: ReadonlyMap<string, Json>,
  { inline, attached: found }: RolePolicies,
  shared: readonly string[] = [],
): CheckResult {
  const attached = found.filter((arn) => !shared.includes(arn));
  const changes = shared.filter((arn) => !found.includes(arn)).map((arn) => `${arn} is not attached`);
  for (const [name, document] of expected) {
    const there = inline.get(name);
    if (there === undefined) changes.push(`the policy ${name} is missing`);
    else changes.push(...comparePolicies(document, v.parse(Document, there)).map((it) => `${name}: ${it}`));
  }
  const added = [...inline.keys()].filter((name) => !expected.has(name));
  const differences = [
    ...changes,
    ...added.map((name) => `the policy ${name} is added`),
    ...attached.map((arn) => `${arn} is attached`),
  ];
  if (differences.length === 0) return ok(`${roleName} may do what the template says and no more`);

  const commands = [
    ...added.map((name) => `aws iam delete-role-policy --role-name ${roleName} --policy-name ${name}`),
    ...attached.map((arn) => `aws iam detach-role-policy --role-name ${roleName} --policy-arn ${arn}`),
  ].join(' && ');
  const fix = [...(changes.length > 0 ? [UNDO_DRIFT] : []), ...(commands === '' ? [] : [commands])];
  return fail(`${roleName} has drifted: ${differences.join('; ')}`, fix.join('. And: '));
}
